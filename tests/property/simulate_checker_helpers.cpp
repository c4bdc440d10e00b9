#include "property/simulate_checker_helpers.hpp"

#include <algorithm>
#include <bit>

namespace sluice::simulate::testing {
namespace {

using base::Time;
using schedule::Event;
using schedule::EventKind;

std::uint64_t mixed(std::uint64_t digest, std::uint64_t value) {
  return (digest ^ value) * 0x100000001b3ull;
}

std::uint64_t count_of(Time t) {
  return static_cast<std::uint64_t>(t.time_since_epoch().count());
}

}  // namespace

EventChecker::EventChecker(const schedule::SchedulerOptions& options)
    : options_(options), books_(options.tasks.size()), slots_(options.slots) {}

void EventChecker::fail(const Event& event, const std::string& what) {
  if (problem_.empty()) {
    problem_ =
        fmt::format("event {} ({} at {} ms, request {}, task {}, slot {}, batch {}): {}", event.seq,
                    schedule::to_string(event.kind), base::to_ms(event.time.time_since_epoch()),
                    event.request, event.task, event.slot, event.batch, what);
  }
}

EventChecker::Request& EventChecker::request(schedule::RequestId id) {
  if (requests_.size() <= id) {
    requests_.resize(id + 1);
  }
  return requests_[id];
}

void EventChecker::on_event(const Event& event) {
  if (event.seq != ++seq_) {
    fail(event, fmt::format("number {} was due", seq_));
  }
  if (event.time < now_) {
    fail(event, "time goes back");
  }
  now_ = std::max(now_, event.time);
  for (const std::uint64_t value :
       {event.seq, count_of(event.time), static_cast<std::uint64_t>(event.kind), event.request,
        std::uint64_t{event.task}, std::uint64_t{event.slot}, event.batch,
        static_cast<std::uint64_t>(event.reason), static_cast<std::uint64_t>(event.outcome),
        count_of(event.until), static_cast<std::uint64_t>(event.numbers.service.count()),
        std::bit_cast<std::uint64_t>(event.numbers.density)}) {
    digest_ = mixed(digest_, value);
  }
  switch (event.kind) {
    case EventKind::batch_started:
      check_batch_start(event);
      break;
    case EventKind::batch_finished:
    case EventKind::waited:
    case EventKind::shedding_on:
    case EventKind::shedding_off:
    case EventKind::slot_down:
    case EventKind::slot_up:
      break;
    default:
      check_request(event);
  }
}

void EventChecker::check_request(const Event& event) {
  if (event.task >= books_.size() || event.request == 0) {
    fail(event, "no such task or request");
    return;
  }
  Request& subject = request(event.request);
  schedule::Accounting& books = books_[event.task];
  if (event.kind == EventKind::arrived) {
    if (subject.state != State::unknown) {
      fail(event, "arrived twice");
    }
    subject = {State::queued, event.task, event.deadline};
    ++books.offered;
    ++books.queued;
    return;
  }
  if (subject.task != event.task) {
    fail(event, fmt::format("was offered by task {}", subject.task));
    return;
  }
  const bool waiting = subject.state == State::queued || subject.state == State::deferred;
  if (event.kind == EventKind::finished ? subject.state != State::running : !waiting) {
    fail(event, fmt::format("impossible in state {}", static_cast<int>(subject.state)));
    return;
  }
  (subject.state == State::running    ? books.running
   : subject.state == State::deferred ? books.deferred
                                      : books.queued) -= 1;
  switch (event.kind) {
    case EventKind::started:
      check_start(event);
      subject.state = State::running;
      ++books.running;
      break;
    case EventKind::deferred:
      subject.state = State::deferred;
      ++books.deferred;
      break;
    case EventKind::requeued:
    case EventKind::degraded:
      subject.state = State::queued;
      ++books.queued;
      break;
    case EventKind::finished:
      subject.state = State::ended;
      if ((event.outcome == schedule::Outcome::on_time && event.time > subject.deadline) ||
          (event.outcome == schedule::Outcome::late && event.time <= subject.deadline)) {
        fail(event, "outcome and deadline contradict each other");
      }
      ++(event.outcome == schedule::Outcome::on_time ? books.on_time
         : event.outcome == schedule::Outcome::late  ? books.late
                                                     : books.failed);
      break;
    case EventKind::dropped:
      subject.state = State::ended;
      ++books.dropped[static_cast<std::size_t>(event.reason)];
      if (event.reason == schedule::DropReason::expired && event.time < subject.deadline) {
        fail(event, "expired before its deadline");
      }
      break;
    default:
      break;
  }
}

void EventChecker::check_batch_start(const Event& event) {
  if (event.slot >= slots_.size() || event.model >= options_.models.size()) {
    fail(event, "no such slot or model");
    return;
  }
  const schedule::ModelOptions& model = options_.models[event.model];
  if (event.batch_size < 1 || event.batch_size > model.max_batch) {
    fail(event, fmt::format("batch of {} where {} fit", event.batch_size, model.max_batch));
  }
  if (!model.slots.empty() &&
      std::find(model.slots.begin(), model.slots.end(), event.slot) == model.slots.end()) {
    fail(event, "the model is not bound to this slot");
  }
  slots_[event.slot] = {event.batch, event.model, event.batch_size, 0};
}

void EventChecker::check_start(const Event& event) {
  if (options_.expire && event.time > request(event.request).deadline) {
    fail(event, "an expired request runs");
  }
  if (event.slot >= slots_.size() || slots_[event.slot].batch != event.batch ||
      ++slots_[event.slot].started > slots_[event.slot].size) {
    fail(event, "started in no batch, or in a full one");
  }
}

void CheckedScheduler::check(const char* call, Time now) {
  if (!problem_.empty()) {
    return;
  }
  const auto fail = [&](const std::string& what) {
    problem_ =
        fmt::format("after {} at {} ms: {}", call, base::to_ms(now.time_since_epoch()), what);
  };
  if (!inner_.accounting().holds()) {
    fail("the accounting identity does not hold");
  }
  std::uint64_t offered = 0;
  for (schedule::TaskId task = 0; task < inner_.options().tasks.size(); ++task) {
    const schedule::Accounting& accounts = inner_.accounting(task);
    const schedule::Accounting books = events_.books(task);
    offered += accounts.offered;
    const bool same = accounts.holds() && accounts.offered == books.offered &&
                      accounts.on_time == books.on_time && accounts.late == books.late &&
                      accounts.failed == books.failed &&
                      accounts.dropped_total() == books.dropped_total() &&
                      accounts.running == books.running && accounts.queued == books.queued &&
                      accounts.deferred == books.deferred;
    if (!same) {
      fail(fmt::format(
          "task {}: accounts and events differ: offered {}/{}, on time {}/{}, late {}/{}, failed "
          "{}/{}, dropped {}/{}, running {}/{}, queued {}/{}, deferred {}/{}",
          task, accounts.offered, books.offered, accounts.on_time, books.on_time, accounts.late,
          books.late, accounts.failed, books.failed, accounts.dropped_total(),
          books.dropped_total(), accounts.running, books.running, accounts.queued, books.queued,
          accounts.deferred, books.deferred));
    }
    // Requests taken over from another task are booked there but wait here.
    bool degrades = inner_.options().tasks[task].on_shed == schedule::OnShed::degrade;
    if (!degrades && accounts.queued > inner_.options().tasks[task].queue_capacity) {
      fail(fmt::format("task {}: {} queued, {} fit", task, accounts.queued,
                       inner_.options().tasks[task].queue_capacity));
    }
  }
  if (offered != inner_.accounting().offered) {
    fail("tasks do not add up");
  }
}

schedule::RequestId CheckedScheduler::submit(const schedule::Submission& submission, Time now) {
  const auto id = inner_.submit(submission, now);
  check("submit", now);
  return id;
}
bool CheckedScheduler::cancel(schedule::RequestId request, Time now) {
  const bool done = inner_.cancel(request, now);
  check("cancel", now);
  return done;
}
schedule::Decision CheckedScheduler::next(schedule::SlotId slot, Time now) {
  const auto decision = inner_.next(slot, now);
  check("next", now);
  return decision;
}
void CheckedScheduler::finished(schedule::BatchId batch, bool ok, Time now, bool measured) {
  inner_.finished(batch, ok, now, measured);
  check("finished", now);
}
void CheckedScheduler::advance(Time now) {
  inner_.advance(now);
  check("advance", now);
}
void CheckedScheduler::set_available(schedule::ModelId model, schedule::SlotId slot, bool available,
                                     Time now) {
  inner_.set_available(model, slot, available, now);
  check("set_available", now);
}
void CheckedScheduler::set_pressure(double pressure, Time now) {
  inner_.set_pressure(pressure, now);
  check("set_pressure", now);
}
void CheckedScheduler::drop_all(schedule::DropReason reason, Time now) {
  inner_.drop_all(reason, now);
  check("drop_all", now);
}

}  // namespace sluice::simulate::testing
