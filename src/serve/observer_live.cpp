#include "serve/observer_live.hpp"

#include <algorithm>
#include <cmath>

#include <boost/json/array.hpp>

#include "base/utf8.hpp"
#include "telemetry/json_line.hpp"
#include "telemetry/sentences.hpp"

namespace sluice::serve {
namespace {

namespace json = boost::json;
using base::valid_utf8;

constexpr std::int64_t kWindowSeconds = 10;

json::value ms(std::optional<base::Duration> value) {
  return value ? json::value(rounded(base::to_ms(*value))) : json::value(nullptr);
}

json::value known(double value) {
  return value > 0 ? json::value(rounded(value)) : json::value(nullptr);
}

template <class Counts>
json::object drops(const Counts& counts) {
  json::object object;
  for (std::size_t i = 0; i < schedule::kDropReasons; ++i) {
    if (counts[i] > 0) {
      object[schedule::to_string(static_cast<schedule::DropReason>(i))] = counts[i];
    }
  }
  return object;
}

/// Of an Accounting or a TaskSecond.
template <class Counts>
json::object ends(const Counts& counts) {
  return {{"offered", counts.offered},
          {"on_time", counts.on_time},
          {"late", counts.late},
          {"failed", counts.failed},
          {"dropped", drops(counts.dropped)}};
}

json::object percentiles(const FineHistogram& histogram) {
  return {{"p50", ms(histogram.percentile(50))},
          {"p95", ms(histogram.percentile(95))},
          {"p99", ms(histogram.percentile(99))},
          {"max", ms(histogram.max())}};
}

json::array history(const TaskRecent& recent, std::int64_t present) {
  static const TaskSecond kNothing;
  json::array array;
  for (std::int64_t ago = TaskRecent::kSeconds; ago >= 1; --ago) {
    const TaskSecond* found = recent.find(present - ago);
    const TaskSecond& second = found != nullptr ? *found : kNothing;
    array.push_back(json::object{{"t_s", -ago},
                                 {"offered", second.offered},
                                 {"on_time", second.on_time},
                                 {"late", second.late},
                                 {"failed", second.failed},
                                 {"dropped", second.dropped_total()},
                                 {"p50_ms", ms(second.latency.percentile(50))},
                                 {"p99_ms", ms(second.latency.percentile(99))}});
  }
  return array;
}

class Document {
 public:
  Document(const LiveInput& input, const ServiceState& state)
      : input_(input), state_(state), present_(second_of(input.now)) {
    const base::Time begin{std::chrono::seconds(first_second())};
    window_s_ = std::max(1.0, base::to_seconds(input_.now - std::max(begin, input_.started)));
  }

  json::object make() const {
    json::object document;
    document["node"] = valid_utf8(input_.node);
    document["version"] = SLUICE_VERSION;
    document["started_unix_s"] = started_unix();
    document["uptime_s"] = rounded(base::to_seconds(input_.now - input_.started));
    document["ready"] = state_.ready;
    document["reason"] = valid_utf8(state_.not_ready_reason);
    document["configuration"] = {{"generation", state_.generation},
                                 {"error", valid_utf8(state_.configuration_error)}};
    document["scheduler"] = scheduler();
    document["window_s"] = kWindowSeconds;
    document["totals"] = totals();
    document["tasks"] = tasks();
    document["slots"] = slots();
    document["models"] = models();
    document["resources"] = resources();
    return document;
  }

 private:
  [[nodiscard]] std::int64_t first_second() const { return present_ - kWindowSeconds + 1; }
  [[nodiscard]] double seconds_ago(base::Time time) const {
    return rounded(base::to_seconds(time - input_.now));
  }

  [[nodiscard]] json::value started_unix() const {
    if (input_.header == nullptr) return nullptr;
    const base::Duration since = input_.started - input_.header->started;
    return rounded(base::to_seconds(base::Duration(input_.header->wall_started_ns) + since));
  }

  [[nodiscard]] json::value scheduler() const {
    if (input_.header == nullptr) return nullptr;
    const auto& options = input_.header->scheduler;
    return json::object{{"policy", schedule::to_string(options.policy)},
                        {"shedder", schedule::to_string(options.shedder)},
                        {"shedding", input_.shedding},
                        {"slots", options.slots}};
  }

  [[nodiscard]] json::object totals() const {
    schedule::Accounting sum;
    for (const auto& task : input_.tasks) {
      const auto& counts = task->counts;
      sum.offered += counts.offered;
      sum.on_time += counts.on_time;
      sum.late += counts.late;
      sum.failed += counts.failed;
      sum.queued += counts.queued;
      sum.running += counts.running;
      for (std::size_t i = 0; i < schedule::kDropReasons; ++i) sum.dropped[i] += counts.dropped[i];
    }
    auto object = ends(sum);
    object["queued"] = sum.queued;
    object["running"] = sum.running;
    return object;
  }

  [[nodiscard]] json::array tasks() const {
    json::array array;
    for (std::size_t i = 0; i < input_.tasks.size(); ++i) {
      array.push_back(task(input_.header->scheduler.tasks[i], *input_.tasks[i]));
    }
    return array;
  }

  [[nodiscard]] json::object task(const schedule::TaskOptions& options,
                                  const LiveInput::Task& task) const {
    TaskSecond window;
    for (std::int64_t second = first_second(); second <= present_; ++second) {
      if (const TaskSecond* found = task.recent.find(second)) window.merge(*found);
    }
    const auto model = split_model(telemetry::model_name(*input_.header, options.model));
    const bool budget = options.latency_budget != base::kForever;
    return {
        {"name", valid_utf8(options.name)},
        {"model", valid_utf8(model.name)},
        {"version", valid_utf8(model.version)},
        {"priority", options.priority},
        {"latency_budget_ms", ms(budget ? std::optional(options.latency_budget) : std::nullopt)},
        {"queued", task.counts.queued},
        {"running", task.counts.running},
        {"rate", rounded(static_cast<double>(window.offered) / window_s_)},
        {"goodput", rounded(options.weight * static_cast<double>(window.on_time) / window_s_)},
        {"window", ends(window)},
        {"total", ends(task.counts)},
        {"latency_ms", percentiles(window.latency)},
        {"queue_ms", percentiles(window.queue)},
        {"history", history(task.recent, present_)}};
  }

  [[nodiscard]] json::array slots() const {
    json::array array;
    for (std::size_t i = 0; i < input_.slots.size(); ++i) {
      const SlotRecent& slot = input_.slots[i];
      const double busy = base::to_seconds(slot.busy_within(first_second(), input_.now));
      array.push_back(json::object{{"slot", i},
                                   {"busy", slot.busy()},
                                   {"busy_share", rounded(std::min(1.0, busy / window_s_))},
                                   {"runs", runs(slot)}});
    }
    return array;
  }

  [[nodiscard]] json::array runs(const SlotRecent& slot) const {
    json::array array;
    for (const SlotRecent::Run& run : slot.runs) {
      const bool ended = run.end != base::kNever;
      if (ended && input_.now - run.end > std::chrono::seconds(kWindowSeconds)) continue;
      array.push_back(
          json::object{{"start_s", seconds_ago(run.start)},
                       {"end_s", ended ? json::value(seconds_ago(run.end)) : json::value(nullptr)},
                       {"task", valid_utf8(telemetry::task_name(*input_.header, run.task))},
                       {"model", valid_utf8(telemetry::model_name(*input_.header, run.model))},
                       {"size", run.size}});
    }
    return array;
  }

  [[nodiscard]] json::array models() const {
    json::array array;
    for (const ServiceState::Model& model : state_.models) {
      const auto batch =
          input_.batch_p50.find(fmt::format("{}:{}", model.status.name, model.status.version));
      array.push_back(json::object{
          {"name", valid_utf8(model.status.name)},
          {"version", valid_utf8(model.status.version)},
          {"state", to_string(model.status.state)},
          {"reason", valid_utf8(model.status.reason)},
          {"provider", valid_utf8(model.provider)},
          {"instances", model.instances},
          {"instances_available", model.instances_available},
          {"batch_p50_ms", ms(batch == input_.batch_p50.end() ? std::nullopt : batch->second)}});
    }
    return array;
  }

  [[nodiscard]] json::value resources() const {
    if (!input_.reading) return nullptr;
    const auto& sample = input_.reading->sample;
    return json::object{
        {"cpu", rounded(sample.cpu)},
        {"memory_used_bytes", sample.memory_used_bytes},
        {"memory_total_bytes", sample.memory_total_bytes},
        {"process_rss_bytes", sample.process_rss_bytes},
        {"process_cpu", rounded(sample.process_cpu)},
        {"temperature_c", known(sample.temperature_c)},
        {"power_w", known(sample.power_w)},
        {"gpu", input_.reading->has_gpu ? json::value(rounded(sample.gpu)) : json::value(nullptr)},
        {"throttled", sample.throttled},
        {"pressure", rounded(input_.reading->pressure)}};
  }

  const LiveInput& input_;
  const ServiceState& state_;
  std::int64_t present_;
  double window_s_ = 1;
};

}  // namespace

double rounded(double value) {
  return std::round(value * 1e3) / 1e3;
}

json::object live_document(const LiveInput& input, const ServiceState& state) {
  return Document(input, state).make();
}

}  // namespace sluice::serve
