// Accounts and events together, so that neither can change without the other. Internal to
// schedule/.
#pragma once

#include "schedule/request.hpp"
#include "schedule/scheduler.hpp"

namespace sluice::schedule {

class Ledger {
 public:
  Ledger(std::size_t tasks, EventSink& sink) : per_task_(tasks), sink_(sink) {}

  void arrived(const Request& r, Time now, Event event) {
    count(r, [](Accounting& a) { ++a.offered, ++a.queued; });
    emit(EventKind::arrived, r, now, event);
  }
  void dropped(const Request& r, Time now, Event event) {
    const auto reason = static_cast<std::size_t>(event.reason);
    count(r, [&](Accounting& a) {
      --(r.state == RequestState::deferred ? a.deferred : a.queued);
      ++a.dropped[reason];
    });
    event.outcome = Outcome::dropped;
    emit(EventKind::dropped, r, now, event);
  }
  void deferred(const Request& r, Time now, Event event) {
    count(r, [](Accounting& a) { --a.queued, ++a.deferred; });
    emit(EventKind::deferred, r, now, event);
  }
  void requeued(const Request& r, Time now) {
    count(r, [](Accounting& a) { --a.deferred, ++a.queued; });
    emit(EventKind::requeued, r, now, {});
  }
  void degraded(const Request& r, Time now, const Event& event) {
    emit(EventKind::degraded, r, now, event);
  }
  void started(const Request& r, Time now, const Event& event) {
    count(r, [](Accounting& a) { --a.queued, ++a.running; });
    emit(EventKind::started, r, now, event);
  }
  void finished(const Request& r, Time now, const Event& event) {
    count(r, [&](Accounting& a) {
      --a.running;
      ++(event.outcome == Outcome::on_time ? a.on_time
         : event.outcome == Outcome::late  ? a.late
                                           : a.failed);
    });
    emit(EventKind::finished, r, now, event);
  }
  /// An event that is about no single request.
  void note(EventKind kind, Time now, Event event) { send(kind, now, event); }

  [[nodiscard]] const Accounting& total() const { return total_; }
  [[nodiscard]] const Accounting& task(TaskId id) const { return per_task_[id]; }

 private:
  template <class Change>
  void count(const Request& r, Change change) {
    change(total_);
    change(per_task_[r.task]);
  }
  void emit(EventKind kind, const Request& r, Time now, Event event) {
    event.request = r.id;
    event.task = r.task;
    event.model = r.model;
    event.priority = r.priority;
    event.arrival = r.arrival;
    event.deadline = r.deadline;
    send(kind, now, event);
  }
  void send(EventKind kind, Time now, Event& event) {
    event.kind = kind;
    event.time = now;
    event.seq = ++seq_;
    sink_.on_event(event);
  }

  Accounting total_;
  std::vector<Accounting> per_task_;
  std::uint64_t seq_ = 0;
  EventSink& sink_;
};

}  // namespace sluice::schedule
