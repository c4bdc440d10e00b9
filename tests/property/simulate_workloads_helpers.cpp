#include "property/simulate_workloads_helpers.hpp"

#include <algorithm>
#include <chrono>

#include <rapidcheck.h>

namespace sluice::simulate::testing {
namespace {

using std::chrono::milliseconds;

int in(int from, int to) {
  return *rc::gen::inRange(from, to + 1);
}
bool flip() {
  return in(0, 1) == 1;
}

template <class E>
E any_of(int count) {
  return static_cast<E>(in(0, count - 1));
}

void add_model(Workload& workload) {
  const auto id = workload.scheduler.models.size();
  schedule::ModelOptions model;
  model.name = "m" + std::to_string(id);
  model.max_batch = static_cast<std::uint32_t>(in(1, 4));
  model.instances = static_cast<std::uint32_t>(in(1, 3));
  if (in(0, 3) == 0) {
    model.slots = {
        static_cast<schedule::SlotId>(in(0, static_cast<int>(workload.scheduler.slots) - 1))};
  }
  ServiceOptions service;
  service.base = milliseconds(in(1, 30));
  service.per_item = milliseconds(in(0, 5));
  if (flip()) {
    service.kind = ServiceKind::lognormal;
    service.cv = in(1, 8) / 10.0;
  }
  if (flip()) {
    model.profile_base = service.base;
    model.profile_per_item = service.per_item;
  }
  workload.scheduler.models.push_back(model);
  workload.services.push_back(service);
}

void add_task(Workload& workload, int tasks) {
  const auto id = static_cast<int>(workload.scheduler.tasks.size());
  schedule::TaskOptions task;
  task.name = "t" + std::to_string(id);
  task.model =
      static_cast<schedule::ModelId>(in(0, static_cast<int>(workload.scheduler.models.size()) - 1));
  task.priority = in(0, 3) * 10;
  task.latency_budget = milliseconds(in(5, 200));
  task.queue_capacity = static_cast<std::uint32_t>(in(1, 8));
  task.on_full = any_of<schedule::OnFull>(3);
  task.weight = in(1, 5);
  task.min_share = in(0, 4) == 0 ? 0.2 : 0.0;
  task.on_shed = any_of<schedule::OnShed>(3);
  task.defer_by = milliseconds(in(1, 20));
  if (task.on_shed == schedule::OnShed::degrade) {
    task.degrade_to = static_cast<schedule::TaskId>((id + 1) % tasks);
    if (tasks == 1) {
      task.on_shed = schedule::OnShed::drop;
      task.degrade_to = schedule::kNone;
    }
  }
  ArrivalOptions arrivals;
  arrivals.kind = in(0, 2) == 0 ? ArrivalKind::periodic : ArrivalKind::mmpp;
  arrivals.mmpp_sojourn = milliseconds(100);
  arrivals.rate = in(5, 200);
  arrivals.count = static_cast<std::uint64_t>(in(0, 30));
  arrivals.start = milliseconds(in(0, 50));
  arrivals.jitter = milliseconds(in(0, 1) * in(0, 10));
  if (arrivals.count == 0) {
    arrivals.kind = ArrivalKind::trace;  // nothing
  }
  workload.scheduler.tasks.push_back(task);
  workload.arrivals.push_back(arrivals);
}

}  // namespace

Workload any_workload() {
  Workload workload;
  workload.name = "any";
  schedule::SchedulerOptions& options = workload.scheduler;
  options.slots = static_cast<std::uint32_t>(in(1, 3));
  const int models = in(1, 3);
  for (int i = 0; i < models; ++i) {
    add_model(workload);
  }
  const int tasks = in(1, 4);
  for (int i = 0; i < tasks; ++i) {
    add_task(workload, tasks);
  }
  options.policy = any_of<schedule::PolicyKind>(8);
  options.shedder = any_of<schedule::ShedderKind>(3);
  options.protection = any_of<schedule::Protection>(3);
  options.batch = static_cast<std::uint32_t>(in(0, 4));
  options.batch_delay = milliseconds(in(0, 20));
  options.interval = milliseconds(in(1, 100));
  options.backlog_threshold = static_cast<std::uint32_t>(in(1, 10));
  options.shed_engage = milliseconds(in(0, 50));
  options.shed_release = milliseconds(in(0, 500));
  workload.estimates = flip() ? Estimates::hinted : Estimates::learned;
  workload.estimate_error = in(0, 4) / 10.0;
  workload.seed = *rc::gen::arbitrary<std::uint16_t>();
  return workload;
}

std::vector<TracedRequest> any_requests(const Workload& workload) {
  auto requests = generate(workload, workload.seed);
  RC_ASSERT(requests.has_value());
  for (TracedRequest& request : *requests) {
    const int fate = in(0, 19);
    request.fails = fate == 0;
    if (fate == 1) {
      request.cancel_at = request.arrival + milliseconds(in(0, 30));
    }
    if (fate == 2) {
      request.priority = in(0, 50);
      request.deadline = request.arrival + milliseconds(in(1, 100));
    }
  }
  return *requests;
}

std::string describe(const Workload& workload, std::span<const TracedRequest> requests) {
  const schedule::SchedulerOptions& options = workload.scheduler;
  std::string text =
      fmt::format("{} slots, policy {}, shedder {}, protection {}, {}\n", options.slots,
                  schedule::to_string(options.policy), schedule::to_string(options.shedder),
                  schedule::to_string(options.protection),
                  workload.estimates == Estimates::hinted ? "hinted" : "learned");
  for (std::size_t i = 0; i < options.models.size(); ++i) {
    const schedule::ModelOptions& model = options.models[i];
    text += fmt::format("model {}: {} + n * {} ms, max_batch {}, instances {}, bound to {} slots\n",
                        i, base::to_ms(workload.services[i].base),
                        base::to_ms(workload.services[i].per_item), model.max_batch,
                        model.instances, model.slots.size());
  }
  for (std::size_t i = 0; i < options.tasks.size(); ++i) {
    const schedule::TaskOptions& task = options.tasks[i];
    text += fmt::format(
        "task {}: model {}, priority {}, budget {} ms, capacity {}, {}, {}, weight {}, min_share "
        "{}, period {} ms\n",
        i, task.model, task.priority, base::to_ms(task.latency_budget), task.queue_capacity,
        schedule::to_string(task.on_full), schedule::to_string(task.on_shed), task.weight,
        task.min_share, base::to_ms(task.period));
  }
  for (std::size_t i = 0; i < std::min<std::size_t>(requests.size(), 30); ++i) {
    const TracedRequest& request = requests[i];
    text += fmt::format("request {}: task {} at {} ms, factor {}{}{}\n", i + 1, request.task,
                        base::to_ms(request.arrival.time_since_epoch()), request.factor,
                        request.fails ? ", fails" : "",
                        request.cancel_at != base::kNever ? ", is withdrawn" : "");
  }
  return text;
}

}  // namespace sluice::simulate::testing
