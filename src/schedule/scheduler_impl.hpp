// The one Scheduler: its calls in scheduler.cpp, entering and leaving the queues in
// admission.cpp, shedding in shedding.cpp, running batches in dispatch.cpp. Internal to
// schedule/.
#pragma once

#include "schedule/fair_share.hpp"
#include "schedule/ledger.hpp"
#include "schedule/policy.hpp"
#include "schedule/request_pool.hpp"
#include "schedule/scheduler.hpp"
#include "schedule/shedder.hpp"

namespace sluice::schedule {

class SchedulerImpl final : public Scheduler {
 public:
  SchedulerImpl(const SchedulerOptions& options, EventSink& sink);

  RequestId submit(const Submission& submission, Time now) override;
  bool cancel(RequestId id, Time now) override;
  Decision next(SlotId slot, Time now) override;
  void fail(RequestId request) override;
  void finished(BatchId batch, bool ok, Time now, bool measured) override;
  void advance(Time now) override;
  [[nodiscard]] Time wake_at() const override;
  void announce(TaskId task, Time at) override { state_.announcements.announce(task, at); }
  void set_available(ModelId model, SlotId slot, bool available, Time now) override;
  void set_pressure(double pressure, Time now) override;
  void drop_all(DropReason reason, Time now) override;
  [[nodiscard]] const Accounting& accounting() const override { return ledger_.total(); }
  [[nodiscard]] const Accounting& accounting(TaskId task) const override;
  [[nodiscard]] Duration estimate(ModelId model, std::uint32_t size) const override;
  [[nodiscard]] const SchedulerOptions& options() const override { return state_.options; }

 private:
  // --- Entering and leaving the queues
  /// Makes `task` the one in whose queue the request stands.
  void join(Request& r, TaskId task);
  /// Puts a queued request where it belongs, or ends it.
  void enqueue(Request& r);
  /// Makes room in a full queue. False: the newcomer itself was dropped.
  bool evict(Request& newcomer, OnFull rule);
  /// Ends a queued or deferred request.
  void drop(Request& r, DropReason reason);
  void leave(Request& r);
  void end(Request& r, DropReason reason, Event event);
  template <class Condition>
  void drop_if(Condition condition, DropReason reason) {
    DeadlineSet& all = queues_.deadlines();
    for (auto it = all.begin(); it != all.end();) {
      Request& r = *it++;
      if (condition(r)) {
        drop(r, reason);
      }
    }
  }

  // --- Shedding
  /// Plans and drops what cannot be on time. A request that a cheaper task takes over changes
  /// that task's queue, so the plan is made again; each request is taken over at most once.
  void review();
  /// While shedding is on, takes out what the last plan left out and no batch picked up.
  void shed_excluded();
  /// True: another task took the request over.
  bool shed(const Job& job, DropReason reason);
  void shed_backlog();
  /// Takes a queued request out by the task's fallback rule. True: another task took it over.
  bool give_up(Request& r, DropReason reason, Event event);
  void defer(Request& r, Time until, Event event);

  // --- Running
  /// A task whose minimum share is due goes before the policy's choice.
  bool pick_entitled(SlotId slot);
  Decision start(SlotId id);
  void finish(SlotId id, bool ok, bool measured);
  /// What the callers' own hints predict for the batch; zero without hints.
  [[nodiscard]] Duration raw_hint(const std::vector<Request*>& batch) const;

  // --- Explaining
  /// The numbers that belong to any decision about `r` at this moment.
  [[nodiscard]] Event numbered(const Request& r) const;
  /// One event per wait, not one per look.
  void note_wait(SlotId slot);

  State state_;
  Queues& queues_;
  RequestPool pool_;
  Ledger ledger_;
  Planner planner_;
  std::unique_ptr<Policy> policy_;
  FairShare shares_;
  ShedController controller_;
  const bool plans_;
  const bool levels_;
  std::vector<Request*> deferred_;  // by back_at
  std::vector<RequestId> running_ids_;
  Pick pick_;
  BatchId last_batch_ = 0;
  Time noted_wait_{};
};

}  // namespace sluice::schedule
