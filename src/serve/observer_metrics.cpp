#include "serve/observer_metrics.hpp"

#include <initializer_list>
#include <limits>
#include <string_view>
#include <utility>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace sluice::serve {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricType;
using Labels = std::initializer_list<std::pair<const char*, std::string_view>>;

/// One metric with all its label values.
class Family {
 public:
  Family(std::vector<prometheus::MetricFamily>& families, MetricType type, const char* name,
         const char* help)
      : families_(families), family_{name, help, type, {}} {}
  /// A metric about which nothing is known is left out.
  ~Family() {
    if (!family_.metric.empty()) families_.push_back(std::move(family_));
  }
  Family(const Family&) = delete;
  Family& operator=(const Family&) = delete;

  void add(Labels labels, double value) {
    ClientMetric& metric = add(labels);
    (family_.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  }
  void add(Labels labels, std::uint64_t value) { add(labels, static_cast<double>(value)); }

  void add(Labels labels, const MetricHistogram& histogram) {
    auto& out = add(labels).histogram;
    out.sample_count = histogram.count();
    out.sample_sum = base::to_seconds(histogram.sum());
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < MetricHistogram::kBounds.size(); ++i) {
      below += histogram.bin(i);
      out.bucket.push_back({below, static_cast<double>(MetricHistogram::kBounds[i]) / 1e9});
    }
    out.bucket.push_back({histogram.count(), std::numeric_limits<double>::infinity()});
  }

  /// Sizes of batches, with bounds at the powers of two.
  void add(Labels labels, const std::vector<ModelStatistics::Batch>& batches) {
    auto& out = add(labels).histogram;
    for (std::uint32_t bound = 1; bound <= 128; bound *= 2) out.bucket.push_back({0, 1.0 * bound});
    out.bucket.push_back({0, std::numeric_limits<double>::infinity()});
    for (const auto& batch : batches) {
      out.sample_count += batch.infer.count;
      out.sample_sum += static_cast<double>(batch.size * batch.infer.count);
      for (auto& bucket : out.bucket) {
        if (batch.size <= bucket.upper_bound) bucket.cumulative_count += batch.infer.count;
      }
    }
  }

 private:
  ClientMetric& add(Labels labels) {
    ClientMetric metric;
    for (const auto& [name, value] : labels) metric.label.push_back({name, std::string(value)});
    return family_.metric.emplace_back(std::move(metric));
  }

  std::vector<prometheus::MetricFamily>& families_;
  prometheus::MetricFamily family_;
};

class Writer {
 public:
  Writer(const MetricsInput& input, const ServiceState& state) : input_(input), state_(state) {}

  std::string text() {
    requests();
    tasks();
    models();
    slots();
    calls();
    resources();
    daemon();
    return prometheus::TextSerializer().Serialize(families_);
  }

 private:
  [[nodiscard]] Family counter(const char* name, const char* help) {
    return {families_, MetricType::Counter, name, help};
  }
  [[nodiscard]] Family gauge(const char* name, const char* help) {
    return {families_, MetricType::Gauge, name, help};
  }
  [[nodiscard]] Family histogram(const char* name, const char* help) {
    return {families_, MetricType::Histogram, name, help};
  }

  /// Calls function(task, model, version, series).
  template <class Function>
  void each_series(Function function) const {
    for (const auto& [task, totals] : input_.totals.tasks) {
      for (const auto& [name, series] : totals.by_model) {
        const auto model = split_model(name);
        function(task, model.name, model.version, series);
      }
    }
  }

  void durations(const char* name, const char* help, MetricHistogram SeriesTotals::*member) {
    auto family = histogram(name, help);
    each_series([&](const auto& task, auto model, auto version, const SeriesTotals& series) {
      family.add({{"task", task}, {"model", model}, {"version", version}}, series.*member);
    });
  }

  void requests() {
    {
      auto family = counter("sluice_requests_total", "Requests that ended, by how and why");
      each_series([&](const auto& task, auto model, auto version, const SeriesTotals& series) {
        const auto add = [&](const char* outcome, const char* reason, std::uint64_t count) {
          family.add({{"task", task},
                      {"model", model},
                      {"version", version},
                      {"outcome", outcome},
                      {"reason", reason}},
                     count);
        };
        add("on_time", "", series.on_time);
        add("late", "", series.late);
        add("failed", "", series.failed);
        for (std::size_t i = 0; i < schedule::kDropReasons; ++i) {
          if (series.dropped[i] == 0) continue;
          add("dropped", schedule::to_string(static_cast<schedule::DropReason>(i)),
              series.dropped[i]);
        }
      });
    }
    durations("sluice_request_duration_seconds", "Arrival to result", &SeriesTotals::duration);
    durations("sluice_queue_duration_seconds", "Arrival to start", &SeriesTotals::queue);
    durations("sluice_compute_duration_seconds", "Time of the batch that a request ran in",
              &SeriesTotals::compute);
  }

  void tasks() {
    const auto& tasks = input_.totals.tasks;
    auto offered = counter("sluice_requests_offered_total", "Requests that arrived");
    auto goodput =
        counter("sluice_goodput_total", "Requests on time, each counted with its task's weight");
    auto queued = gauge("sluice_queue_depth", "Requests that wait, put off ones included");
    auto running = gauge("sluice_requests_running", "Requests that run");
    for (const auto& [task, totals] : tasks) {
      offered.add({{"task", task}}, totals.counts.offered);
      goodput.add({{"task", task}}, totals.weight_on_time);
      queued.add({{"task", task}}, totals.counts.queued);
      running.add({{"task", task}}, totals.counts.running);
    }
  }

  void models() {
    auto size = histogram("sluice_batch_size", "Requests per batch that ran");
    for (const auto& [name, model] : input_.totals.models) {
      const auto& statistics = model.statistics;
      size.add({{"model", statistics.name}, {"version", statistics.version}}, statistics.batches);
    }
    auto ready = gauge("sluice_model_ready", "1: the model serves");
    auto instances = gauge("sluice_model_instances", "Loaded copies of the model");
    auto available =
        gauge("sluice_model_instances_available", "Loaded copies that are not quarantined");
    for (const auto& model : state_.models) {
      const Labels labels{{"model", model.status.name}, {"version", model.status.version}};
      ready.add(labels, model.status.state == ModelState::ready ? 1.0 : 0.0);
      instances.add(labels, std::uint64_t{model.instances});
      available.add(labels, std::uint64_t{model.instances_available});
    }
  }

  void slots() {
    if (input_.slots == 0) return;
    gauge("sluice_slots", "Places where a batch can run").add({}, std::uint64_t{input_.slots});
    gauge("sluice_slots_busy", "Slots that run a batch").add({}, std::uint64_t{input_.slots_busy});
    auto busy = counter("sluice_slot_busy_seconds_total", "Time that batches took on a slot");
    for (std::size_t i = 0; i < input_.totals.slot_busy.size(); ++i) {
      busy.add({{"slot", std::to_string(i)}}, base::to_seconds(input_.totals.slot_busy[i]));
    }
  }

  void calls() {
    std::uint64_t inferred = 0;
    std::uint64_t errors = 0;
    {
      auto count = counter("sluice_calls_total", "Calls that a protocol answered");
      auto duration = histogram("sluice_call_duration_seconds", "Time to answer a call");
      for (const auto& [key, call] : input_.calls) {
        const auto& [protocol, name] = key;
        duration.add({{"protocol", protocol}, {"call", name}}, call.duration);
        for (std::size_t i = 0; i < kStatuses; ++i) {
          if (call.by_status[i] == 0) continue;
          const auto status = static_cast<Status>(i);
          count.add({{"protocol", protocol}, {"call", name}, {"status", to_string(status)}},
                    call.by_status[i]);
          if (name != "infer") continue;
          // The older gateway did not count unknown models as errors.
          if (status == Status::ok) {
            inferred += call.by_status[i];
          } else if (status != Status::not_found) {
            errors += call.by_status[i];
          }
        }
      }
    }
    if (!input_.legacy) return;
    counter("eig_requests_total", "Successful inferences; use sluice_calls_total")
        .add({}, inferred);
    counter("eig_errors_total", "Failed inferences; use sluice_calls_total").add({}, errors);
  }

  void resources() {
    if (!input_.reading) return;
    const auto& sample = input_.reading->sample;
    gauge("sluice_cpu_ratio", "CPU use of the machine, 0 to 1").add({}, sample.cpu);
    gauge("sluice_memory_used_bytes", "Memory in use on the machine")
        .add({}, sample.memory_used_bytes);
    gauge("sluice_memory_total_bytes", "Memory of the machine").add({}, sample.memory_total_bytes);
    gauge("process_resident_memory_bytes", "Memory of the daemon")
        .add({}, sample.process_rss_bytes);
    gauge("sluice_process_cpu_cores", "CPU cores that the daemon uses").add({}, sample.process_cpu);
    gauge("sluice_pressure_ratio", "Thermal and power pressure on the scheduler, 0 to 1")
        .add({}, input_.reading->pressure);
    gauge("sluice_throttled", "1: the machine has slowed itself down")
        .add({}, sample.throttled ? 1.0 : 0.0);
    if (sample.temperature_c > 0) {
      gauge("sluice_temperature_celsius", "The hottest zone").add({}, sample.temperature_c);
    }
    if (sample.power_w > 0) gauge("sluice_power_watts", "All rails").add({}, sample.power_w);
    if (input_.reading->has_gpu) gauge("sluice_gpu_ratio", "GPU use, 0 to 1").add({}, sample.gpu);
  }

  void daemon() {
    gauge("sluice_build_info", "The version that runs").add({{"version", SLUICE_VERSION}}, 1.0);
    gauge("sluice_uptime_seconds", "Time since the daemon began")
        .add({}, base::to_seconds(input_.uptime));
    gauge("sluice_ready", "1: every model that the configuration wants serves")
        .add({}, state_.ready ? 1.0 : 0.0);
    gauge("sluice_configuration_generation", "Counts configurations and changes of models")
        .add({}, std::uint64_t{state_.generation});
    gauge("sluice_configuration_rejected", "1: the last configuration file was refused")
        .add({}, state_.configuration_error.empty() ? 0.0 : 1.0);
  }

  const MetricsInput& input_;
  const ServiceState& state_;
  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace

std::string metrics_text(const MetricsInput& input, const ServiceState& state) {
  return Writer(input, state).text();
}

}  // namespace sluice::serve
