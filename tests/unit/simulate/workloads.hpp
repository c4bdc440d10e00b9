// Small workloads for the tests of this folder.
#pragma once

#include <chrono>
#include <string>

#include "simulate/workload.hpp"

namespace sluice::simulate::testing {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline base::Time at(int ms) {
  return base::Time(milliseconds(ms));
}

/// Adds a model of constant service time and a task for it; returns the task's id.
inline schedule::TaskId add_task(Workload& workload, const std::string& name,
                                 base::Duration service, base::Duration budget,
                                 const ArrivalOptions& arrivals) {
  schedule::ModelOptions model;
  model.name = name + "-model";
  model.profile_base = service;
  workload.scheduler.models.push_back(model);
  ServiceOptions time;
  time.base = service;
  workload.services.push_back(time);
  schedule::TaskOptions task;
  task.name = name;
  task.model = static_cast<schedule::ModelId>(workload.scheduler.models.size() - 1);
  task.latency_budget = budget;
  workload.scheduler.tasks.push_back(task);
  workload.arrivals.push_back(arrivals);
  return static_cast<schedule::TaskId>(workload.scheduler.tasks.size() - 1);
}

inline ArrivalOptions periodic(double rate, std::uint64_t count) {
  ArrivalOptions arrivals;
  arrivals.rate = rate;
  arrivals.count = count;
  return arrivals;
}

inline ArrivalOptions poisson(double rate, std::uint64_t count) {
  ArrivalOptions arrivals = periodic(rate, count);
  arrivals.kind = ArrivalKind::poisson;
  return arrivals;
}

/// Detector (8 ms, priority 100, budget 80 ms) and classifier (45 ms, 20, 250 ms) on one slot,
/// a frame each every 10 ms, 20 frames.
inline Workload overload() {
  Workload workload;
  workload.name = "overload";
  add_task(workload, "detector", milliseconds(8), milliseconds(80), periodic(100, 20));
  add_task(workload, "classifier", milliseconds(45), milliseconds(250), periodic(100, 20));
  workload.scheduler.tasks[0].priority = 100;
  workload.scheduler.tasks[1].priority = 20;
  for (auto& task : workload.scheduler.tasks) {
    task.queue_capacity = 24;
  }
  return workload;
}

}  // namespace sluice::simulate::testing
