#include "serve/observer.hpp"

#include <algorithm>
#include <utility>

#include "serve/observer_calls.hpp"
#include "serve/observer_generation.hpp"
#include "serve/observer_history.hpp"
#include "serve/observer_live.hpp"
#include "serve/observer_metrics.hpp"

namespace sluice::serve {
namespace {

std::optional<base::Duration> median(const boost::circular_buffer<base::Duration>& times) {
  if (times.empty()) return std::nullopt;
  std::vector<base::Duration> sorted(times.begin(), times.end());
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>((sorted.size() - 1) / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return *middle;
}

class ObserverImpl final : public Observer {
 public:
  ObserverImpl(ObserverOptions options, const base::Clock& clock)
      : options_(std::move(options)),
        clock_(clock),
        started_(clock.now()),
        state_(options_.window, options_.window_events),
        calls_(options_.log_every) {}

  schedule::EventSink& begin(std::uint32_t generation,
                             const telemetry::RunHeader& header) override {
    auto made = std::make_unique<ObservedGeneration>(generation, header, state_);
    const std::scoped_lock lock(state_.mutex);
    auto& place = generations_[generation];
    place = std::move(made);
    return *place;
  }

  void on_resource(const telemetry::ResourceSample& sample, double pressure) override {
    const std::scoped_lock lock(state_.mutex);
    const bool had_gpu = reading_ && reading_->has_gpu;
    reading_ = Reading{sample, pressure, had_gpu || sample.gpu > 0};
  }

  void on_call(const char* protocol, const char* call, Status status,
               base::Duration latency) override {
    calls_.add(protocol, call, status, latency, clock_.now());
  }

  [[nodiscard]] std::string metrics(const ServiceState& state) const override {
    MetricsInput input;
    input.calls = calls_.totals();
    input.uptime = clock_.now() - started_;
    input.legacy = options_.legacy_metrics;
    {
      const std::scoped_lock lock(state_.mutex);
      input.totals = state_.totals;
      input.reading = reading_;
      if (!generations_.empty()) {
        const auto& slots = newest().slots();
        input.slots = static_cast<std::uint32_t>(slots.size());
        input.slots_busy = static_cast<std::uint32_t>(std::count_if(
            slots.begin(), slots.end(), [](const SlotRecent& slot) { return slot.busy(); }));
      }
    }
    return metrics_text(input, state);
  }

  [[nodiscard]] std::vector<ModelStatistics> statistics() const override {
    std::vector<ModelStatistics> result;
    const std::scoped_lock lock(state_.mutex);
    for (const auto& [name, model] : state_.totals.models) result.push_back(model.statistics);
    return result;
  }

  [[nodiscard]] boost::json::object live(const ServiceState& state) const override {
    LiveInput input;
    input.node = options_.node;
    input.started = started_;
    {
      const std::scoped_lock lock(state_.mutex);
      input.reading = reading_;
      for (const auto& [name, model] : state_.totals.models) {
        input.batch_p50[name] = median(model.batch_times);
      }
      if (!generations_.empty()) {
        input.header = &newest().header();
        input.shedding = newest().shedding();
        input.slots = newest().slots();
      }
    }
    if (input.header != nullptr) {
      for (const auto& task : input.header->scheduler.tasks) {
        input.tasks.push_back(copy_task(task.name));
      }
    }
    input.now = clock_.now();
    return live_document(input, state);
  }

  [[nodiscard]] boost::json::object decisions(const std::string& task, const std::string& end,
                                              std::size_t limit) const override {
    return decisions_document(history(), task, end, limit);
  }

  [[nodiscard]] base::Result<boost::json::object> explain(
      const std::string& decision) const override {
    return explain_document(history(), decision);
  }

  [[nodiscard]] base::Result<boost::json::object> what_if(
      const schedule::SchedulerOptions& options) const override {
    return what_if_document(history(), options);
  }

  [[nodiscard]] schedule::SchedulerOptions recorded_options() const override {
    const History history = this->history();
    const auto found = history.headers.find(newest_generation(history));
    if (found != history.headers.end()) return found->second->scheduler;
    return history.headers.empty() ? schedule::SchedulerOptions{}
                                   : history.headers.rbegin()->second->scheduler;
  }

 private:
  /// Under the lock, and only if there is one.
  [[nodiscard]] const ObservedGeneration& newest() const { return *generations_.rbegin()->second; }

  /// One task at a time, so that the scheduler never waits for more than that.
  [[nodiscard]] std::unique_ptr<LiveInput::Task> copy_task(const std::string& name) const {
    auto copy = std::make_unique<LiveInput::Task>();
    const std::scoped_lock lock(state_.mutex);
    copy->counts = state_.totals.tasks.find(name)->second.counts;
    copy->recent = state_.recent.find(name)->second;
    return copy;
  }

  [[nodiscard]] History history() const {
    const std::scoped_lock lock(state_.mutex);
    History history{state_.events.view(), {}, clock_.now()};
    for (const auto& [number, generation] : generations_) {
      history.headers[number] = &generation->header();
    }
    return history;
  }

  const ObserverOptions options_;
  const base::Clock& clock_;
  const base::Time started_;
  mutable ObserverState state_;
  std::map<std::uint32_t, std::unique_ptr<ObservedGeneration>> generations_;
  std::optional<Reading> reading_;
  Calls calls_;
};

}  // namespace

std::unique_ptr<Observer> Observer::create(ObserverOptions options, const base::Clock& clock) {
  return std::make_unique<ObserverImpl>(std::move(options), clock);
}

}  // namespace sluice::serve
