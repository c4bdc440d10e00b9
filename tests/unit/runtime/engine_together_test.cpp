// Requests that are submitted together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doubles.hpp"
#include "runtime/engine.hpp"

namespace sluice::runtime {
namespace {

using namespace doubles;
using ::testing::HasSubstr;

using Promise = std::shared_ptr<std::promise<Response>>;

Offer offer_of(float value, const Promise& promise, schedule::TaskId task = 0) {
  Offer offer;
  offer.submission.task = task;
  offer.inputs = input(value);
  offer.done = [promise](Response response) { promise->set_value(std::move(response)); };
  return offer;
}

TEST(SubmitTogether, AnIdleSlotTakesThemAsOneBatch) {
  Rig rig;
  std::vector<std::size_t> sizes;
  rig.add(make_model("m", {[&sizes](Batch batch, backend::CancelToken& cancel) {
                       sizes.push_back(batch.size());
                       return doubled(batch, cancel);
                     }},
                     4));
  rig.start();
  std::vector<Promise> promises;
  std::vector<Offer> offers;
  for (std::size_t i = 0; i < 3; ++i) {
    promises.push_back(std::make_shared<std::promise<Response>>());
    offers.push_back(offer_of(static_cast<float>(i), promises[i]));
  }
  const auto ids = rig.engine->submit_together(std::move(offers));
  ASSERT_EQ(ids.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    const Response response = promises[i]->get_future().get();
    EXPECT_EQ(response.id, ids[i].value());
    EXPECT_EQ(value_of(response.outputs), 2 * static_cast<float>(i));
  }
  EXPECT_THAT(sizes, testing::ElementsAre(3u));
}

TEST(SubmitTogether, RefusesOnlyWhatIsWrong) {
  Rig rig;
  rig.add(make_model("m", {doubled}));
  rig.start();
  const auto good = std::make_shared<std::promise<Response>>();
  const auto bad = std::make_shared<std::promise<Response>>();
  std::vector<Offer> offers;
  offers.push_back(offer_of(1, bad, 7));
  offers.push_back(offer_of(2, good));
  const auto ids = rig.engine->submit_together(std::move(offers));
  ASSERT_EQ(ids.size(), 2u);
  ASSERT_FALSE(ids[0]);
  EXPECT_THAT(ids[0].error().message, HasSubstr("there is no task 7"));
  EXPECT_TRUE(ids[1]);
  EXPECT_EQ(value_of(good->get_future().get().outputs), 4.0F);
  EXPECT_TRUE(rig.engine->submit_together({}).empty());
}

}  // namespace
}  // namespace sluice::runtime
