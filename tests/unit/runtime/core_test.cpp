// The engine's core against a scheduler that a test scripts: what a driver owes its scheduler.
#include "runtime/core.hpp"

#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doubles.hpp"

namespace sluice::runtime {
namespace {

using namespace doubles;
using schedule::Decision;
using schedule::EventKind;
using schedule::Outcome;
using ::testing::HasSubstr;

/// First come, first served, in batches of one, on any slot that asks. Knows no instances.
class ScriptedScheduler final : public schedule::Scheduler {
 public:
  /// `wake_at`: what wake_at() says, however little sense it makes.
  ScriptedScheduler(base::Time wake_at, schedule::SchedulerOptions options,
                    schedule::EventSink& sink)
      : wake_at_(wake_at), options_(std::move(options)), sink_(sink) {}

  schedule::RequestId submit(const schedule::Submission&, base::Time now) override {
    queue_.push_back(++last_id_);
    emit(EventKind::arrived, last_id_, now);
    return last_id_;
  }
  bool cancel(schedule::RequestId, base::Time) override { return false; }
  Decision next(schedule::SlotId, base::Time) override {
    Decision decision;
    if (queue_.empty()) {
      return decision;
    }
    decision.kind = Decision::Kind::run;
    decision.model = 0;
    decision.batch = queue_.front();
    batch_ = queue_.front();
    decision.requests = {&batch_, 1};
    queue_.pop_front();
    return decision;
  }
  void fail(schedule::RequestId) override {}
  void finished(schedule::BatchId batch, bool ok, base::Time now, bool) override {
    emit(EventKind::finished, batch, now, ok ? Outcome::on_time : Outcome::failed);
  }
  void advance(base::Time) override {}
  [[nodiscard]] base::Time wake_at() const override { return wake_at_; }
  void announce(schedule::TaskId, base::Time) override {}
  void set_available(schedule::ModelId, schedule::SlotId, bool, base::Time) override {}
  void set_pressure(double, base::Time) override {}
  void drop_all(schedule::DropReason, base::Time now) override {
    for (const schedule::RequestId id : queue_) {
      emit(EventKind::dropped, id, now);
    }
    queue_.clear();
  }
  [[nodiscard]] const schedule::Accounting& accounting() const override { return accounting_; }
  [[nodiscard]] const schedule::Accounting& accounting(schedule::TaskId) const override {
    return accounting_;
  }
  [[nodiscard]] base::Duration estimate(schedule::ModelId, std::uint32_t) const override {
    return {};
  }
  [[nodiscard]] const schedule::SchedulerOptions& options() const override { return options_; }

 private:
  void emit(EventKind kind, schedule::RequestId id, base::Time now,
            Outcome outcome = Outcome::dropped) {
    schedule::Event event;
    event.kind = kind;
    event.request = id;
    event.time = now;
    event.outcome = outcome;
    sink_.on_event(event);
  }

  base::Time wake_at_;
  schedule::SchedulerOptions options_;
  schedule::EventSink& sink_;
  std::deque<schedule::RequestId> queue_;
  schedule::RequestId last_id_ = 0;
  schedule::RequestId batch_ = 0;
  schedule::Accounting accounting_;
};

struct CoreRig : Rig {
  std::shared_ptr<Core> core;

  void start_with_wake_at(base::Time wake_at) {
    core = std::make_shared<Core>(options, clock, events);
    const auto status =
        core->start(std::move(models),
                    [wake_at](schedule::SchedulerOptions scheduler, schedule::EventSink& sink) {
                      return base::Result<std::unique_ptr<schedule::Scheduler>>(
                          std::make_unique<ScriptedScheduler>(wake_at, std::move(scheduler), sink));
                    });
    ASSERT_TRUE(status) << status.error().message;
  }
  ~CoreRig() {
    if (core) {
      core->close();
    }
  }
  std::future<Response> submit_to_core(float value) {
    auto promise = std::make_shared<std::promise<Response>>();
    EXPECT_TRUE(core->submit({}, input(value),
                             [promise](Response r) { promise->set_value(std::move(r)); }));
    return promise->get_future();
  }
};

TEST(Core, SurvivesASchedulerThatWantsToBeWokenInThePast) {
  CoreRig rig;
  rig.add(make_model("m", {doubled}));
  rig.start_with_wake_at(rig.clock.now() - 1s);
  EXPECT_EQ(rig.submit_to_core(1).get().outcome, Outcome::on_time);
}

TEST(Core, ABatchWithoutAnInstanceFails) {
  CoreRig rig;
  rig.options.scheduler.slots = 2;
  auto gate = std::make_shared<Gate>();
  rig.add(make_model("m", {behind(gate)}));
  rig.start_with_wake_at(base::kNever);
  auto first = rig.submit_to_core(1);
  gate->await(1);
  const Response second = rig.submit_to_core(2).get();
  EXPECT_EQ(second.outcome, Outcome::failed);
  EXPECT_THAT(second.error, HasSubstr("no instance of model 'm' was free"));
  gate->open();
  EXPECT_EQ(first.get().outcome, Outcome::on_time);
}

TEST(Core, PassesOnWhatTheSchedulerRefuses) {
  CoreRig rig;
  rig.add(make_model("m", {doubled}));
  auto core = std::make_shared<Core>(rig.options, rig.clock, rig.events);
  const auto status =
      core->start(std::move(rig.models),
                  [](schedule::SchedulerOptions,
                     schedule::EventSink&) -> base::Result<std::unique_ptr<schedule::Scheduler>> {
                    return base::fail(base::ErrorCode::invalid, "no such policy");
                  });
  EXPECT_THAT(status.error().message, HasSubstr("no such policy"));
  core->close();
}

}  // namespace
}  // namespace sluice::runtime
