#include "telemetry/replay.hpp"

#include <algorithm>
#include <unordered_map>

namespace sluice::telemetry {

using base::Duration;
using base::ErrorCode;
using base::Time;
using schedule::DropReason;
using schedule::Event;
using schedule::EventKind;
using schedule::ModelId;
using schedule::Outcome;
using schedule::RequestId;
using simulate::TracedRequest;

namespace {

/// Measurements of one model, by time.
struct Measured {
  struct Batch {
    simulate::MeasuredBatch measured;
    Time at{};
    bool ok = true;     ///< a failed batch says nothing about how long the model takes
    double factor = 1;  ///< against the fit
  };
  std::vector<Batch> batches;
  std::vector<Batch> good;  ///< those that are ok
};

/// A well-mixed number from a request id (splitmix64, S. Vigna 2015).
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/// The factor of one of the measurements nearest to `at`, picked by the request's id.
double nearby_factor(const Measured& measured, Time at, RequestId id) {
  constexpr std::ptrdiff_t kNearest = 32;
  const auto size = static_cast<std::ptrdiff_t>(measured.good.size());
  const auto position =
      std::lower_bound(measured.good.begin(), measured.good.end(), at,
                       [](const Measured::Batch& batch, Time time) { return batch.at < time; });
  const std::ptrdiff_t middle = position - measured.good.begin();
  const std::ptrdiff_t count = std::min(size, kNearest);
  const std::ptrdiff_t first = std::clamp(middle - kNearest / 2, std::ptrdiff_t{0}, size - count);
  const auto pick = static_cast<std::ptrdiff_t>(mixed(id) % static_cast<std::uint64_t>(count));
  return measured.good[static_cast<std::size_t>(first + pick)].factor;
}

/// Goes through a journal's events and puts the input together.
class Reconstruction {
 public:
  explicit Reconstruction(const JournalContent& journal)
      : input_{journal.info.header,
               {},
               {},
               {},
               {},
               0,
               schedule::Summary(journal.info.header.scheduler)},
        models_(input_.run.scheduler.models.size()) {
    for (const Event& event : journal.events) {
      take(event);
    }
  }

  base::Result<ReplayInput> finish() {
    if (input_.requests.empty()) {
      return base::fail(ErrorCode::invalid, "the journal of run '{}' holds no request",
                        input_.run.name);
    }
    input_.workload.name = input_.run.name;
    input_.workload.scheduler = input_.run.scheduler;
    for (ModelId model = 0; model < models_.size(); ++model) {
      fit(model);
    }
    for (std::size_t i = 0; i < input_.requests.size(); ++i) {
      if (auto status = set_factor(i); !status) {
        return tl::unexpected(status.error());
      }
    }
    return std::move(input_);
  }

 private:
  struct Batch {
    ModelId model = schedule::kNone;
    std::size_t index = 0;  ///< in Measured
  };

  void take(const Event& event) {
    input_.summary.on_event(event);
    switch (event.kind) {
      case EventKind::arrived:
        arrive(event);
        break;
      case EventKind::started:
        batch_of_[event.request] = event.batch;
        break;
      case EventKind::dropped:
        if (event.reason == DropReason::cancelled || event.reason == DropReason::shutdown) {
          if (TracedRequest* request = find(event.request)) {
            request->cancel_at = since_start(event.time);
          }
        }
        break;
      case EventKind::finished:
        if (TracedRequest* request = find(event.request)) {
          request->fails = event.outcome == Outcome::failed;
        }
        if (const auto batch = batches_.find(event.batch); batch != batches_.end()) {
          models_[batch->second.model].batches[batch->second.index].ok =
              event.outcome != Outcome::failed;
        }
        break;
      case EventKind::batch_finished:
        if (event.model < models_.size() && event.numbers.service > Duration(0)) {
          Measured& measured = models_[event.model];
          batches_[event.batch] = {event.model, measured.batches.size()};
          measured.batches.push_back(
              {{std::max(event.batch_size, 1u), event.numbers.service}, event.time, true, 1});
        }
        break;
      default:
        break;
    }
  }

  [[nodiscard]] Time since_start(Time t) const {
    return t == base::kNever ? t : Time(t - input_.run.started);
  }

  void arrive(const Event& event) {
    TracedRequest request;
    request.task = event.task;
    request.arrival = since_start(event.time);
    request.deadline = since_start(event.deadline);
    if (event.task < input_.run.scheduler.tasks.size()) {
      if (event.priority != input_.run.scheduler.tasks[event.task].priority) {
        request.priority = event.priority;
      }
      index_[event.request] = input_.requests.size();
      input_.requests.push_back(request);
      input_.recorded.push_back(event.request);
      input_.captured.push_back(since_start(event.arrival));
    }
  }

  TracedRequest* find(RequestId id) {
    const auto found = index_.find(id);
    return found == index_.end() ? nullptr : &input_.requests[found->second];
  }

  void fit(ModelId model) {
    Measured& measured = models_[model];
    std::vector<simulate::MeasuredBatch> good;
    for (const Measured::Batch& batch : measured.batches) {
      if (batch.ok) {
        good.push_back(batch.measured);
      }
    }
    simulate::ServiceOptions service = simulate::fit_service(good);
    if (good.empty()) {
      const schedule::ModelOptions& options = input_.run.scheduler.models[model];
      service.base = options.profile_base;
      service.per_item = options.profile_per_item;
    }
    for (Measured::Batch& batch : measured.batches) {
      const Duration mean = simulate::mean_time(service, batch.measured.size, Duration(0));
      batch.factor =
          static_cast<double>(batch.measured.time.count()) / static_cast<double>(mean.count());
      if (batch.ok) {
        measured.good.push_back(batch);
      }
    }
    input_.workload.services.push_back(service);
  }

  base::Status set_factor(std::size_t i) {
    TracedRequest& request = input_.requests[i];
    const RequestId id = input_.recorded[i];
    const auto started = batch_of_.find(id);
    const auto batch = started == batch_of_.end() ? batches_.end() : batches_.find(started->second);
    if (batch != batches_.end()) {
      request.factor = models_[batch->second.model].batches[batch->second.index].factor;
      return {};
    }
    ++input_.guessed;
    const ModelId model = input_.run.scheduler.tasks[request.task].model;
    const simulate::ServiceOptions& service = input_.workload.services[model];
    if (!models_[model].good.empty()) {
      request.factor = nearby_factor(models_[model], request.arrival + since_epoch(), id);
    } else if (service.base + service.per_item <= Duration(0)) {
      return base::fail(ErrorCode::invalid,
                        "model '{}' never ran in the journal of run '{}' and has no profile: its "
                        "service time is unknown, so the run cannot be repeated",
                        input_.run.scheduler.models[model].name, input_.run.name);
    }
    return {};
  }

  [[nodiscard]] Duration since_epoch() const { return input_.run.started.time_since_epoch(); }

  ReplayInput input_;
  std::vector<Measured> models_;
  std::unordered_map<RequestId, std::size_t> index_;
  std::unordered_map<RequestId, schedule::BatchId> batch_of_;
  std::unordered_map<schedule::BatchId, Batch> batches_;
};

}  // namespace

base::Result<ReplayInput> replay_input(const JournalContent& journal) {
  auto input = Reconstruction(journal).finish();
  if (!input) {
    return input;
  }
  // A model that is not used needs no cost, but the simulator wants one for each.
  for (simulate::ServiceOptions& service : input->workload.services) {
    if (service.base + service.per_item <= Duration(0)) {
      service.base = Duration(1);
    }
  }
  return input;
}

base::Result<simulate::SimulationResult> replay(const ReplayInput& input,
                                                const schedule::SchedulerOptions& options,
                                                schedule::EventSink* extra) {
  std::vector<TracedRequest> requests = input.requests;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const schedule::TaskId task = requests[i].task;
    const Duration before = input.run.scheduler.tasks[task].latency_budget;
    const Duration now = options.tasks[task].latency_budget;
    if (now != before && requests[i].deadline == base::add(input.captured[i], before)) {
      requests[i].deadline = base::add(input.captured[i], now);
    }
  }
  return simulate::simulate(input.workload, options, requests, extra);
}

}  // namespace sluice::telemetry
