// Items on the real engine, with models that do as told.
#include "graph/runner.hpp"

#include <array>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/graph/graph_helpers.hpp"
#include "unit/runtime/doubles.hpp"

namespace sluice::graph {
namespace {

using namespace helpers;
using runtime::doubles::Batch;
using runtime::doubles::input;
using runtime::doubles::make_model;
using runtime::doubles::Rig;
using runtime::doubles::value_of;
using testing::ElementsAre;
using Results = std::vector<StepResult>;

/// An image of 640 x 480 whose regions are told apart by their left edge: that is the input. A
/// step whose model gives the value y finds y objects of 10 x 10, side by side.
class NumberImage final : public ItemImage {
 public:
  [[nodiscard]] ImageSize size() const override { return size_; }
  [[nodiscard]] base::Result<Prepared> prepare(std::size_t step, const Box& region) const override {
    if (preparing) preparing();
    if (step == unfit) return base::fail(base::ErrorCode::invalid, "too dark");
    return Prepared{input(region.x0),
                    [](const backend::Tensors& outputs) { return read(outputs); }};
  }

  std::size_t unfit = 99;           ///< the step whose inputs cannot be made
  std::function<void()> preparing;  ///< called by prepare()
  ImageSize size_{640, 480};

 private:
  static base::Result<std::vector<Object>> read(const backend::Tensors& outputs) {
    const float count = value_of(outputs);
    if (count > 9) return base::fail(base::ErrorCode::internal, "{} objects?", count);
    std::vector<Object> objects;
    for (int i = 0; i < static_cast<int>(count); ++i) {
      const auto left = static_cast<float>(10 * i);
      objects.push_back(found("n", 1, Box{left, 0, left + 10, 10}));
    }
    return objects;
  }
};

/// Finds so many objects on every region.
runtime::doubles::Behaviour finds(float count) {
  return [count](Batch batch, backend::CancelToken&) -> runtime::doubles::Results {
    std::vector<backend::Tensors> results;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      results.push_back({runtime::doubles::number("y", count)});
    }
    return results;
  };
}

void at_once(const std::function<void()>& work) {
  work();
}

/// A detector (task 0) and what looks at its objects (task 1).
std::vector<StepOptions> det_and_cls() {
  std::vector<StepOptions> steps{step("det"), crops("cls", {"det"})};
  steps[1].task = 1;
  return steps;
}

/// Runs one item and waits for its end.
Results run_item(Rig& rig, const std::vector<StepOptions>& steps,
                 const std::shared_ptr<NumberImage>& image = std::make_shared<NumberImage>(),
                 std::optional<Time> deadline = {}) {
  Runner runner(plan(steps), *rig.engine, rig.clock, at_once);
  auto promise = std::make_shared<std::promise<Results>>();
  const base::Status status = runner.run(
      image, deadline, {}, [promise](Results results) { promise->set_value(std::move(results)); });
  EXPECT_TRUE(status) << status.error().message;
  return promise->get_future().get();
}

TEST(Runner, TakesAnItemThroughTheGraph) {
  Rig rig;
  rig.add(make_model("det", {finds(2)}));
  rig.add(make_model("cls", {finds(1)}));
  rig.start();
  const Results results = run_item(rig, det_and_cls());
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].state, StepState::done);
  EXPECT_EQ(results[1].state, StepState::done);
  ASSERT_EQ(results[1].objects.size(), 2u);
  EXPECT_EQ(results[1].objects[1].parent, "det-2");
  EXPECT_EQ(results[1].objects[1].box, (Box{10, 0, 20, 10}));
}

TEST(Runner, LetsTheCropsOfAnItemShareABatch) {
  Rig rig;
  std::vector<std::vector<float>> batches;
  rig.add(make_model("det", {finds(3)}));
  rig.add(make_model("cls", {[&batches](Batch batch, backend::CancelToken& cancel) {
                       std::vector<float> inputs;
                       for (const backend::Tensors& tensors : batch)
                         inputs.push_back(value_of(tensors));
                       batches.push_back(inputs);
                       return finds(0)(batch, cancel);
                     }},
                     4));
  rig.start();
  run_item(rig, det_and_cls());
  EXPECT_THAT(batches, ElementsAre(ElementsAre(0, 10, 20)));
}

TEST(Runner, TellsWhereTheTimeWentOnTheEngine) {
  Rig rig;
  rig.add(make_model("det", {[&rig](Batch batch, backend::CancelToken& cancel) {
                       rig.clock.advance(8ms);
                       return finds(0)(batch, cancel);
                     }}));
  rig.start();
  const auto image = std::make_shared<NumberImage>();
  image->preparing = [&rig] { rig.clock.advance(2ms); };
  const Results results = run_item(rig, {step("det")}, image);
  EXPECT_EQ(results.at(0).queued, 2ms);
  EXPECT_EQ(results.at(0).compute, 8ms);
  EXPECT_EQ(results.at(0).ended - results.at(0).ready, 10ms);
}

TEST(Runner, SaysWhyAModelFailed) {
  Rig rig;
  rig.add(make_model("det", {runtime::doubles::broken}));
  rig.add(make_model("cls", {finds(1)}));
  rig.start();
  const Results results = run_item(rig, det_and_cls());
  EXPECT_EQ(results.at(0).state, StepState::failed);
  EXPECT_THAT(results.at(0).reason, testing::HasSubstr("the device is on fire"));
  EXPECT_THAT(results.at(1).reason, testing::StartsWith("step 'det' failed: "));
}

TEST(Runner, SaysWhyARequestWasDropped) {
  Rig rig;
  rig.add(make_model("det", {finds(1)}));
  rig.start();
  const Results results =
      run_item(rig, {step("det")}, std::make_shared<NumberImage>(), rig.clock.now() - 1ms);
  EXPECT_EQ(results.at(0).state, StepState::failed);
  EXPECT_THAT(results.at(0).reason,
              testing::StartsWith("dropped as expired: its deadline passed after it had waited"));
  ASSERT_TRUE(results.at(0).dropped);
  EXPECT_EQ(results.at(0).dropped->reason, schedule::DropReason::expired);
  EXPECT_EQ(results.at(0).dropped->decision, "1-1");
}

TEST(Runner, SaysWhyTheEngineRefused) {
  Rig rig;
  rig.add(make_model("det", {finds(1)}));
  rig.start();
  rig.engine->stop();
  EXPECT_THAT(run_item(rig, {step("a"), step("b")}).at(1).reason,
              testing::HasSubstr("the engine is shutting down"));
}

TEST(Runner, SaysWhyAnInputCouldNotBeMade) {
  Rig rig;
  rig.add(make_model("det", {finds(1)}));
  rig.start();
  const auto image = std::make_shared<NumberImage>();
  image->unfit = 0;
  const Results results = run_item(rig, {step("a"), step("b"), step("of a", {"a"})}, image);
  EXPECT_EQ(results.at(0).reason, "too dark");
  EXPECT_EQ(results.at(1).state, StepState::done);
  EXPECT_EQ(results.at(2).reason, "step 'a' failed: too dark");
  image->unfit = 1;
  EXPECT_EQ(run_item(rig, det_and_cls(), image).at(1).reason, "too dark");
}

TEST(Runner, SaysWhyOutputsCouldNotBeRead) {
  Rig rig;
  rig.add(make_model("det", {finds(10)}));
  rig.start();
  EXPECT_EQ(run_item(rig, {step("det")}).at(0).reason, "10 objects?");
}

TEST(Runner, RefusesAnImageWithoutPixels) {
  Rig rig;
  rig.add(make_model("det", {finds(1)}));
  rig.start();
  Runner runner(plan({step("det")}), *rig.engine, rig.clock, at_once);
  const auto image = std::make_shared<NumberImage>();
  image->size_ = {0, 0};
  bool called = false;
  EXPECT_FALSE(runner.run(image, {}, {}, [&called](const Results&) { called = true; }));
  EXPECT_FALSE(called);
}

TEST(Runner, RunsSyntheticModels) {
  backend::ModelOptions options;
  options.name = "synthetic";
  options.backend = "synthetic";
  options.synthetic.mode = backend::SyntheticOptions::Mode::spin;
  options.synthetic.service.base = 1ms;  // its output, too: it finds one object
  Rig rig;
  auto loaded = model::load(options, rig.clock);
  ASSERT_TRUE(loaded) << loaded.error().message;
  rig.add(std::move(*loaded));
  rig.start();
  const Results results = run_item(rig, {step("det"), crops("cls", {"det"})});
  ASSERT_EQ(results.at(1).state, StepState::done) << results.at(1).reason;
  ASSERT_EQ(results.at(1).objects.size(), 1u);
  EXPECT_EQ(results.at(1).objects[0].parent, "det-1");
}

/// Two threads that work off what they are given. Ends when all is done.
class Workers {
 public:
  Workers() {
    for (std::thread& thread : threads_) thread = std::thread([this] { loop(); });
  }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers() {
    {
      const std::scoped_lock lock(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  void add(std::function<void()> work) {
    const std::scoped_lock lock(mutex_);
    work_.push_back(std::move(work));
    changed_.notify_one();
  }

 private:
  void loop() {
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return over_ || !work_.empty(); });
      if (work_.empty()) return;
      const auto work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      work();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> work_;
  bool over_ = false;
  std::array<std::thread, 2> threads_;
};

TEST(Runner, RunsItemsSideBySideOnOtherThreads) {
  constexpr std::size_t kItems = 50;
  Rig rig;
  rig.options.scheduler.slots = 2;
  rig.add(make_model("det", {finds(3), finds(3)}, 4)).queue_capacity = kItems;
  rig.add(make_model("cls", {finds(1), finds(1)}, 4)).queue_capacity = 3 * kItems;
  rig.start();
  std::vector<std::shared_ptr<std::promise<Results>>> promises;
  Workers workers;
  {
    Runner runner(plan(det_and_cls()), *rig.engine, rig.clock,
                  [&workers](std::function<void()> work) { workers.add(std::move(work)); });
    for (std::size_t i = 0; i < kItems; ++i) {
      auto promise = std::make_shared<std::promise<Results>>();
      promises.push_back(promise);
      ASSERT_TRUE(runner.run(std::make_shared<NumberImage>(), {}, {}, [promise](Results results) {
        promise->set_value(std::move(results));
      }));
    }
  }
  for (const auto& promise : promises) {
    const Results results = promise->get_future().get();
    ASSERT_EQ(results.size(), 2u);
    EXPECT_EQ(results[1].state, StepState::done) << results[1].reason;
    std::vector<std::string> parents;
    for (const Object& object : results[1].objects) parents.push_back(object.parent);
    EXPECT_THAT(parents, ElementsAre("det-1", "det-2", "det-3"));
  }
}

}  // namespace
}  // namespace sluice::graph
