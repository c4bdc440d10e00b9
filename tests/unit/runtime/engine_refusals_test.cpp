// What an engine refuses, and how it says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doubles.hpp"

namespace sluice::runtime {
namespace {

using namespace doubles;
using ::testing::HasSubstr;

TEST(EngineRefusals, RefusesInputsThatDoNotFitBeforeTheyAreOffered) {
  Rig rig;
  rig.add(make_model("m", {doubled}));
  rig.start();
  bool called = false;
  const auto refused = rig.engine->submit({}, backend::Tensors{}, [&](Response) { called = true; });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::invalid);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("task of m"), HasSubstr("one FP32 input")));
  EXPECT_EQ(rig.engine->accounting().offered, 0U);
  rig.engine.reset();
  EXPECT_FALSE(called);
}

TEST(EngineRefusals, RefusesInputsThatDoNotFitTheModelATaskDegradesTo) {
  Rig rig;
  rig.add(make_model("picky", {doubled})).on_shed = schedule::OnShed::degrade;
  rig.options.scheduler.tasks[0].degrade_to = 1;
  backend::ModelOptions options;
  options.name = "pickier";
  class Refusing final : public backend::Instance {
   public:
    [[nodiscard]] const backend::ModelInfo& info() const override { return info_; }
    Results run(Batch batch, backend::CancelToken& cancel) override {
      return doubled(batch, cancel);
    }
    [[nodiscard]] base::Status check(const backend::Tensors&) const override {
      return base::fail(base::ErrorCode::invalid, "takes nothing");
    }

   private:
    backend::ModelInfo info_;
  };
  std::vector<std::unique_ptr<backend::Instance>> instances;
  instances.push_back(std::make_unique<Refusing>());
  rig.add(std::make_unique<model::Model>(options, std::move(instances), model::Profile{}));
  rig.start();
  const auto refused = rig.engine->submit({}, input(1));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("pickier"), HasSubstr("takes nothing")));
}

TEST(EngineRefusals, RefusesAnUnknownTask) {
  Rig rig;
  rig.add(make_model("m", {doubled}));
  rig.start();
  schedule::Submission submission;
  submission.task = 7;
  EXPECT_THAT(rig.engine->submit(submission, input(1)).error().message, HasSubstr("no task 7"));
}

TEST(EngineRefusals, RefusesOptionsOutOfRange) {
  const auto error_of = [](auto&& change) {
    Rig rig;
    rig.add(make_model("m", {doubled}));
    change(rig.options);
    auto made = Engine::create(rig.options, std::move(rig.models), rig.clock, rig.events);
    return made ? "no error" : made.error().message;
  };
  EXPECT_THAT(error_of([](EngineOptions& o) { o.hang_timeout = 0s; }), HasSubstr("hang_timeout"));
  EXPECT_THAT(error_of([](EngineOptions& o) { o.probe_after = 0s; }), HasSubstr("probe_after"));
  EXPECT_THAT(error_of([](EngineOptions& o) { o.stop_timeout = -1s; }), HasSubstr("stop_timeout"));
  EXPECT_THAT(error_of([](EngineOptions& o) { o.quarantine_after = 0; }),
              HasSubstr("quarantine_after"));
  EXPECT_THAT(error_of([](EngineOptions& o) { o.scheduler.models.resize(2); }),
              HasSubstr("describe 2 models but 1"));
  EXPECT_NE(error_of([](EngineOptions& o) { o.scheduler.slots = 0; }), "no error");
  EXPECT_EQ(error_of([](EngineOptions&) {}), "no error");
}

TEST(EngineRefusals, NeedsAModel) {
  Rig rig;
  auto made = Engine::create(rig.options, {}, rig.clock, rig.events);
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("at least one model"));
}

}  // namespace
}  // namespace sluice::runtime
