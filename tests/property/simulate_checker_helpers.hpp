// Watchers that check a scheduler while it runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schedule/scheduler.hpp"

namespace sluice::simulate::testing {

/// Checks each event against the rules that hold for every policy, and keeps its own books.
class EventChecker final : public schedule::EventSink {
 public:
  explicit EventChecker(const schedule::SchedulerOptions& options);

  void on_event(const schedule::Event& event) override;

  /// What went wrong first; empty: nothing.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  /// The counts that the events tell, to compare with Scheduler::accounting().
  [[nodiscard]] schedule::Accounting books(schedule::TaskId task) const { return books_[task]; }
  /// A digest of all events so far.
  [[nodiscard]] std::uint64_t digest() const { return digest_; }

 private:
  enum class State : std::uint8_t { unknown, queued, deferred, running, ended };
  struct Request {
    State state = State::unknown;
    schedule::TaskId task = schedule::kNone;
    base::Time deadline{};
  };
  struct Slot {
    schedule::BatchId batch = 0;
    schedule::ModelId model = schedule::kNone;
    std::uint32_t size = 0;
    std::uint32_t started = 0;
  };

  void check_request(const schedule::Event& event);
  void check_batch_start(const schedule::Event& event);
  void check_start(const schedule::Event& event);
  void fail(const schedule::Event& event, const std::string& what);
  Request& request(schedule::RequestId id);

  const schedule::SchedulerOptions options_;
  std::vector<schedule::Accounting> books_;
  std::vector<Request> requests_;
  std::vector<Slot> slots_;
  std::uint64_t seq_ = 0;
  base::Time now_ = base::Time::min();
  std::uint64_t digest_ = 0xcbf29ce484222325ull;
  std::string problem_;
};

/// A scheduler that checks, after each call on the one it wraps, that the accounting identity
/// holds, that accounts and events tell the same, and that queues keep their bounds.
class CheckedScheduler final : public schedule::Scheduler {
 public:
  CheckedScheduler(schedule::Scheduler& inner, const EventChecker& events)
      : inner_(inner), events_(events) {}

  [[nodiscard]] const std::string& problem() const {
    return events_.problem().empty() ? problem_ : events_.problem();
  }

  schedule::RequestId submit(const schedule::Submission& submission, base::Time now) override;
  bool cancel(schedule::RequestId request, base::Time now) override;
  schedule::Decision next(schedule::SlotId slot, base::Time now) override;
  void fail(schedule::RequestId request) override { inner_.fail(request); }
  void finished(schedule::BatchId batch, bool ok, base::Time now, bool measured) override;
  void advance(base::Time now) override;
  base::Time wake_at() const override { return inner_.wake_at(); }
  void announce(schedule::TaskId task, base::Time at) override { inner_.announce(task, at); }
  void set_available(schedule::ModelId model, schedule::SlotId slot, bool available,
                     base::Time now) override;
  void set_pressure(double pressure, base::Time now) override;
  void drop_all(schedule::DropReason reason, base::Time now) override;
  const schedule::Accounting& accounting() const override { return inner_.accounting(); }
  const schedule::Accounting& accounting(schedule::TaskId task) const override {
    return inner_.accounting(task);
  }
  base::Duration estimate(schedule::ModelId model, std::uint32_t size) const override {
    return inner_.estimate(model, size);
  }
  const schedule::SchedulerOptions& options() const override { return inner_.options(); }

 private:
  void check(const char* call, base::Time now);

  schedule::Scheduler& inner_;
  const EventChecker& events_;
  std::string problem_;
};

}  // namespace sluice::simulate::testing
