// A scheduler driven by hand or by a list of requests, on virtual time; every event is kept
// and the accounts are checked after each one.
#pragma once

#include <algorithm>
#include <map>
#include <queue>
#include <vector>

#include <gtest/gtest.h>

#include "schedule/scheduler.hpp"

namespace sluice::schedule {

inline Duration ms(double value) {
  return base::from_ms(value);
}
inline Time at(double value) {
  return Time(base::from_ms(value));
}

class Recorder final : public EventSink {
 public:
  void on_event(const Event& event) override {
    events.push_back(event);
    if (scheduler != nullptr) {
      EXPECT_TRUE(scheduler->accounting().holds()) << "after event " << event.seq;
    }
  }
  [[nodiscard]] std::vector<Event> of(EventKind kind) const {
    std::vector<Event> found;
    std::copy_if(events.begin(), events.end(), std::back_inserter(found),
                 [&](const Event& e) { return e.kind == kind; });
    return found;
  }
  std::vector<Event> events;
  const Scheduler* scheduler = nullptr;
};

/// Options with one model of constant cost per task.
inline SchedulerOptions one_slot(std::vector<std::pair<TaskOptions, Duration>> tasks) {
  SchedulerOptions options;
  for (auto& [task, service] : tasks) {
    ModelOptions model;
    model.name = task.name + "-model";
    model.profile_base = service;
    task.model = static_cast<ModelId>(options.models.size());
    options.models.push_back(model);
    options.tasks.push_back(task);
  }
  return options;
}

inline TaskOptions task(const char* name, std::int32_t priority, Duration budget,
                        std::uint32_t capacity = 64) {
  TaskOptions options;
  options.name = name;
  options.priority = priority;
  options.latency_budget = budget;
  options.queue_capacity = capacity;
  return options;
}

class Driver {
 public:
  explicit Driver(const SchedulerOptions& options) {
    auto made = Scheduler::create(options, recorder);
    if (!made) {
      ADD_FAILURE() << made.error().message;
      std::abort();
    }
    scheduler = std::move(*made);
    recorder.scheduler = scheduler.get();
  }

  RequestId submit(TaskId id, double when_ms) {
    Submission s;
    s.task = id;
    s.arrival = at(when_ms);
    return scheduler->submit(s, at(when_ms));
  }

  /// One arrival of the list given to run().
  struct Arrival {
    double at_ms = 0;
    TaskId task = 0;
    double service_ms = 0;
    bool hinted = false;
  };

  /// Plays `arrivals` (sorted) to the end. A batch takes the longest of its members' services.
  void run(const std::vector<Arrival>& arrivals) {
    std::map<RequestId, Duration> services;
    struct End {
      Time when;
      SlotId slot;
      BatchId batch;
      bool operator<(const End& o) const { return when > o.when; }
    };
    std::priority_queue<End> ends;
    const auto slots = scheduler->options().slots;
    std::vector<bool> busy(slots, false);
    std::size_t next = 0;
    Time now{};
    for (int step = 0; step < 1000000; ++step) {
      Time when = scheduler->wake_at();
      if (next < arrivals.size()) {
        when = std::min(when, at(arrivals[next].at_ms));
      }
      if (!ends.empty()) {
        when = std::min(when, ends.top().when);
      }
      if (when == base::kNever) {
        return;
      }
      now = std::max(now, when);
      while (!ends.empty() && ends.top().when <= now) {
        busy[ends.top().slot] = false;
        scheduler->finished(ends.top().batch, true, now);
        ends.pop();
      }
      while (next < arrivals.size() && at(arrivals[next].at_ms) <= now) {
        const Arrival& a = arrivals[next++];
        Submission s;
        s.task = a.task;
        s.arrival = at(a.at_ms);
        s.service_hint = a.hinted ? ms(a.service_ms) : Duration{0};
        // Ids count up from 1, so the service can be known before the request starts.
        services[++submitted] = ms(a.service_ms);
        EXPECT_EQ(scheduler->submit(s, now), submitted);
      }
      scheduler->advance(now);
      for (SlotId slot = 0; slot < slots; ++slot) {
        if (busy[slot]) {
          continue;
        }
        const Decision decision = scheduler->next(slot, now);
        if (decision.kind == Decision::Kind::run) {
          Duration longest{0};
          for (const RequestId id : decision.requests) {
            longest = std::max(longest, services.at(id));
          }
          busy[slot] = true;
          ends.push({now + longest, slot, decision.batch});
        }
      }
    }
    FAIL() << "the run does not end";
  }

  /// End-to-end latencies of a task's finished requests, ascending, in ms.
  [[nodiscard]] std::vector<double> latencies(TaskId id) const {
    std::vector<double> found;
    for (const Event& e : recorder.of(EventKind::finished)) {
      if (e.task == id) {
        found.push_back(base::to_ms(e.time - e.arrival));
      }
    }
    std::sort(found.begin(), found.end());
    return found;
  }
  /// Nearest-rank 95th percentile.
  [[nodiscard]] double p95(TaskId id) const {
    const auto all = latencies(id);
    const auto rank = static_cast<std::size_t>(std::ceil(0.95 * static_cast<double>(all.size())));
    return all.at(rank - 1);
  }

  Recorder recorder;
  std::unique_ptr<Scheduler> scheduler;
  RequestId submitted = 0;
};

}  // namespace sluice::schedule
