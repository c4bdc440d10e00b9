#include "simulate/simulator.hpp"

#include <algorithm>

namespace sluice::simulate {
namespace {

using base::Duration;

class Tee final : public schedule::EventSink {
 public:
  Tee(schedule::EventSink& first, schedule::EventSink* second) : first_(first), second_(second) {}
  void on_event(const schedule::Event& event) override {
    first_.on_event(event);
    if (second_ != nullptr) {
      second_->on_event(event);
    }
  }

 private:
  schedule::EventSink& first_;
  schedule::EventSink* second_;
};

}  // namespace

schedule::SchedulerOptions effective_options(const Workload& workload,
                                             const schedule::SchedulerOptions& options) {
  schedule::SchedulerOptions effective = options;
  for (std::size_t i = 0; i < std::min(effective.tasks.size(), workload.arrivals.size()); ++i) {
    const ArrivalOptions& arrivals = workload.arrivals[i];
    if (effective.tasks[i].period == Duration(0) && arrivals.kind == ArrivalKind::periodic &&
        arrivals.rate > 0) {
      effective.tasks[i].period = period_of(arrivals);
    }
  }
  return effective;
}

base::Result<SimulationResult> simulate(const Workload& workload,
                                        const schedule::SchedulerOptions& options,
                                        std::span<const TracedRequest> requests,
                                        schedule::EventSink* extra) {
  SimulationResult result{schedule::Summary(options), {}, {}, 0};
  Tee sink(result.summary, extra);
  auto scheduler = schedule::Scheduler::create(effective_options(workload, options), sink);
  if (!scheduler) {
    return tl::unexpected(scheduler.error());
  }
  auto driven = drive(**scheduler, workload, requests);
  if (!driven) {
    return tl::unexpected(driven.error());
  }
  result.accounting = (*scheduler)->accounting();
  result.end = driven->end;
  result.decisions = driven->decisions;
  return result;
}

base::Result<SimulationResult> simulate(const Workload& workload,
                                        const schedule::SchedulerOptions& options,
                                        schedule::EventSink* extra) {
  auto requests = generate(workload, workload.seed);
  if (!requests) {
    return tl::unexpected(requests.error());
  }
  return simulate(workload, options, *requests, extra);
}

}  // namespace sluice::simulate
