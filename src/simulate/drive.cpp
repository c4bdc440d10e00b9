#include "simulate/drive.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "simulate/service.hpp"

namespace sluice::simulate {
namespace {

using base::Duration;
using base::ErrorCode;
using base::kNever;
using base::Time;
using schedule::Decision;
using schedule::SlotId;
using schedule::TaskId;

// Rounds at one instant in which the scheduler asks to be woken at once but starts nothing.
constexpr int kMaxIdleRounds = 1000;

class Driver {
 public:
  Driver(schedule::Scheduler& scheduler, const Workload& workload,
         std::span<const TracedRequest> requests)
      : scheduler_(scheduler),
        workload_(workload),
        tasks_(scheduler.options().tasks),
        requests_(requests),
        busy_(scheduler.options().slots, false),
        sources_(tasks_.size()) {
    completions_.reserve(busy_.size());
  }

  base::Status prepare();
  base::Result<DriveResult> run();

 private:
  struct Completion {
    Time time{};
    schedule::BatchId batch = 0;
    SlotId slot = 0;
    bool ok = true;

    // For a heap with the earliest on top.
    bool operator<(const Completion& other) const {
      return time != other.time ? time > other.time : batch > other.batch;
    }
  };
  struct Source {
    std::uint64_t seen = 0;
    std::uint64_t count = 0;
    bool announced = false;
  };

  base::Status check() const;
  void announce_first();
  void announce_next(TaskId task);
  [[nodiscard]] Time next_event() const;
  void complete(Time now);
  void arrive(Time now);
  void withdraw(Time now);
  bool decide(Time now);
  base::Status start(SlotId slot, const Decision& decision, Time now);

  schedule::Scheduler& scheduler_;
  const Workload& workload_;
  const std::vector<schedule::TaskOptions>& tasks_;
  std::span<const TracedRequest> requests_;
  std::vector<std::unique_ptr<Service>> services_;
  std::vector<bool> busy_;
  std::vector<Source> sources_;
  std::vector<Completion> completions_;                        // a heap
  std::vector<std::pair<Time, schedule::RequestId>> cancels_;  // sorted
  std::size_t next_request_ = 0;
  std::size_t next_cancel_ = 0;
  Time wake_ = kNever;
  DriveResult result_;
  base::Status failure_;
};

base::Status Driver::check() const {
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    const TracedRequest& request = requests_[i];
    if (request.task >= tasks_.size()) {
      return base::fail(ErrorCode::invalid, "request {}: there is no task {}", i + 1, request.task);
    }
    if (i > 0 && request.arrival < requests_[i - 1].arrival) {
      return base::fail(ErrorCode::invalid,
                        "request {}: arrives before the one in front of it; sort by arrival",
                        i + 1);
    }
    if (!(request.factor > 0 && request.factor < 1e9) ||
        !(request.hint_factor > 0 && request.hint_factor < 1e9)) {
      return base::fail(ErrorCode::invalid,
                        "request {}: its service factor {} and hint factor {} must be above 0",
                        i + 1, request.factor, request.hint_factor);
    }
  }
  return {};
}

base::Status Driver::prepare() {
  if (workload_.services.size() != scheduler_.options().models.size()) {
    return base::fail(ErrorCode::invalid, "workload {}: {} services for {} models", workload_.name,
                      workload_.services.size(), scheduler_.options().models.size());
  }
  for (const ServiceOptions& options : workload_.services) {
    auto service = make_service(options, 0);
    if (!service) {
      return tl::unexpected(
          base::with_context(fmt::format("workload {}: model {}: service", workload_.name,
                                         scheduler_.options().models[services_.size()].name),
                             std::move(service.error())));
    }
    services_.push_back(std::move(*service));
  }
  if (auto checked = check(); !checked) {
    return checked;
  }
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    ++sources_[requests_[i].task].count;
    if (requests_[i].cancel_at != kNever) {
      cancels_.emplace_back(std::max(requests_[i].cancel_at, requests_[i].arrival), i + 1);
    }
  }
  std::sort(cancels_.begin(), cancels_.end());
  announce_first();
  return {};
}

void Driver::announce_first() {
  std::size_t missing = 0;
  for (TaskId task = 0; task < tasks_.size(); ++task) {
    sources_[task].announced = tasks_[task].period > Duration(0);
    missing += sources_[task].announced && sources_[task].count > 0 ? 1u : 0u;
  }
  std::vector<bool> done(tasks_.size(), false);
  for (std::size_t i = 0; i < requests_.size() && missing > 0; ++i) {
    const TaskId task = requests_[i].task;
    if (sources_[task].announced && !done[task]) {
      done[task] = true;
      --missing;
      const bool generated = task < workload_.arrivals.size() &&
                             workload_.arrivals[task].kind == ArrivalKind::periodic &&
                             workload_.arrivals[task].rate > 0;
      scheduler_.announce(
          task, generated ? Time(due_at(workload_.arrivals[task], 0)) : requests_[i].arrival);
    }
  }
}

// Called after each submission; the scheduler itself has moved on by one period.
void Driver::announce_next(TaskId task) {
  Source& source = sources_[task];
  ++source.seen;
  if (!source.announced) {
    return;
  }
  if (source.seen == source.count) {
    scheduler_.announce(task, kNever);
  } else if (task < workload_.arrivals.size() &&
             workload_.arrivals[task].kind == ArrivalKind::periodic &&
             workload_.arrivals[task].jitter > Duration(0)) {
    scheduler_.announce(task, Time(due_at(workload_.arrivals[task], source.seen)));
  }
}

Time Driver::next_event() const {
  Time next = wake_;
  if (next_request_ < requests_.size()) {
    next = std::min(next, requests_[next_request_].arrival);
  }
  if (next_cancel_ < cancels_.size()) {
    next = std::min(next, cancels_[next_cancel_].first);
  }
  if (!completions_.empty()) {
    next = std::min(next, completions_.front().time);
  }
  return next;
}

void Driver::complete(Time now) {
  while (!completions_.empty() && completions_.front().time <= now) {
    const Completion ended = completions_.front();
    std::pop_heap(completions_.begin(), completions_.end());
    completions_.pop_back();
    busy_[ended.slot] = false;
    scheduler_.finished(ended.batch, ended.ok, now);
  }
}

void Driver::arrive(Time now) {
  while (next_request_ < requests_.size() && requests_[next_request_].arrival <= now) {
    const TracedRequest& request = requests_[next_request_++];
    schedule::Submission submission;
    submission.task = request.task;
    submission.arrival = request.arrival;
    submission.priority = request.priority;
    submission.deadline = request.deadline;
    if (workload_.estimates == Estimates::hinted) {
      submission.service_hint = services_[tasks_[request.task].model]->time(
          1, request.factor * request.hint_factor, now.time_since_epoch());
    }
    scheduler_.submit(submission, now);
    announce_next(request.task);
  }
}

void Driver::withdraw(Time now) {
  while (next_cancel_ < cancels_.size() && cancels_[next_cancel_].first <= now) {
    scheduler_.cancel(cancels_[next_cancel_++].second, now);
  }
}

base::Status Driver::start(SlotId slot, const Decision& decision, Time now) {
  if (decision.requests.empty() || decision.model >= services_.size()) {
    return base::fail(ErrorCode::internal, "the scheduler started an impossible batch {}",
                      decision.batch);
  }
  double factors = 0;
  bool ok = true;
  for (const schedule::RequestId id : decision.requests) {
    if (id == 0 || id > next_request_) {
      return base::fail(ErrorCode::internal, "the scheduler started the unknown request {}", id);
    }
    factors += requests_[id - 1].factor;
    ok = ok && !requests_[id - 1].fails;
  }
  const auto size = static_cast<std::uint32_t>(decision.requests.size());
  const Duration time =
      services_[decision.model]->time(size, factors / size, now.time_since_epoch());
  completions_.push_back({base::add(now, time), decision.batch, slot, ok});
  std::push_heap(completions_.begin(), completions_.end());
  busy_[slot] = true;
  return {};
}

// Asks every free slot. True if one started something.
bool Driver::decide(Time now) {
  bool started = false;
  Time until = kNever;
  for (SlotId slot = 0; slot < busy_.size(); ++slot) {
    if (busy_[slot]) {
      continue;
    }
    const Decision decision = scheduler_.next(slot, now);
    ++result_.decisions;
    if (decision.kind == Decision::Kind::run) {
      failure_ = start(slot, decision, now);
      if (!failure_) {
        return false;
      }
      started = true;
    } else if (decision.kind == Decision::Kind::wait) {
      until = std::min(until, decision.until);
    }
  }
  wake_ = std::min(until, scheduler_.wake_at());
  return started;
}

base::Result<DriveResult> Driver::run() {
  int idle_rounds = 0;
  while (next_event() != kNever) {
    const Time now = std::max(result_.end, next_event());
    result_.end = now;
    complete(now);
    arrive(now);
    withdraw(now);
    if (scheduler_.wake_at() <= now) {
      scheduler_.advance(now);
    }
    const bool started = decide(now);
    if (!failure_) {
      return tl::unexpected(failure_.error());
    }
    idle_rounds = started || next_event() > now ? 0 : idle_rounds + 1;
    if (idle_rounds > kMaxIdleRounds) {
      return base::fail(ErrorCode::internal,
                        "the scheduler does not move on: at {} ms it asks to be woken at {} ms",
                        base::to_ms(now.time_since_epoch()), base::to_ms(wake_.time_since_epoch()));
    }
  }
  scheduler_.drop_all(schedule::DropReason::shutdown, result_.end);
  return result_;
}

}  // namespace

base::Result<DriveResult> drive(schedule::Scheduler& scheduler, const Workload& workload,
                                std::span<const TracedRequest> requests) {
  Driver driver(scheduler, workload, requests);
  if (auto prepared = driver.prepare(); !prepared) {
    return tl::unexpected(prepared.error());
  }
  return driver.run();
}

}  // namespace sluice::simulate
