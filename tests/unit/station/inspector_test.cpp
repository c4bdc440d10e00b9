#include "station/inspector.hpp"

#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/station/station_helpers.hpp"

namespace sluice::station {
namespace {

/// Two steps, one after the other, with the model of the bench.
InspectionPlan look_twice() {
  InspectionPlan plan = look({});
  graph::StepOptions first;
  first.name = "first";
  graph::StepOptions second;
  second.name = "second";
  second.depends_on = {"first"};
  auto graph = graph::Plan::create({first, second});
  EXPECT_TRUE(graph) << graph.error().message;
  plan.graph = std::make_shared<const graph::Plan>(std::move(*graph));
  const StepModel model = plan.models->front();
  plan.models = std::make_shared<const StepModels>(StepModels{model, model});
  return plan;
}

// A prediction that leaves the first step no time would never be measured again.
TEST(Inspector, TriesAgainWhatOnceTookTooLong) {
  Bench bench;
  std::atomic<int> computed = 0;
  bench.computing = [&] {
    bench.rig.clock.advance(++computed == 2 ? base::Duration(8s) : base::Duration(1s));
  };
  bench.add_camera("front", look_twice());
  bench.make_inspectors();
  const auto inspect = [&] {
    auto found = bench.inspectors[0]->inspect(reading(0, bench.now()), bench.now() + 5s);
    EXPECT_TRUE(found) << found.error().message;
    return std::move(*found);
  };
  auto slow = bench.inspectors[0]->inspect(reading(0, bench.now()), bench.now() + 60s);
  ASSERT_TRUE(slow) << slow.error().message;
  EXPECT_EQ(slow->steps[1].state, graph::StepState::done);
  ASSERT_EQ(inspect().dropped(), schedule::DropReason::expired);
  int tries = 1;
  while (tries < 20 && inspect().dropped()) ++tries;
  EXPECT_LT(tries, 20);
  EXPECT_EQ(inspect().dropped(), std::nullopt);
}

}  // namespace
}  // namespace sluice::station
