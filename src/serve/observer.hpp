// What the daemon remembers of its events: metrics since it started, and the last minutes whole,
// for the pages, explain and what-if.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "base/time.hpp"
#include "serve/service.hpp"
#include "telemetry/journal.hpp"

namespace sluice::serve {

struct ObserverOptions {
  std::string node;  ///< heads the documents
  base::Duration window{std::chrono::minutes(5)};
  std::uint32_t window_events = 200000;
  bool legacy_metrics = false;  ///< eig_requests_total and eig_errors_total too
  std::uint64_t log_every = 0;  ///< inferences per summary line in the log; 0: none
};

/// What only the service knows, to be merged into the documents.
struct ServiceState {
  bool ready = false;
  std::string not_ready_reason;
  std::uint32_t generation = 0;
  std::string configuration_error;  ///< of the last rejected reload; empty: none
  struct Model {
    ModelStatus status;
    std::string provider;
    std::uint32_t instances = 0;
    std::uint32_t instances_available = 0;
  };
  std::vector<Model> models;
};

/// PARAMETERS AND BEHAVIOUR
/// Each configuration of the daemon (generation 1, 2, ...) has a scheduler of its own; begin()
/// gives the sink for its events. Counters go on across generations under the same task and model
/// names. A decision is named "<generation>-<request id>".
/// Models appear in events under the name "NAME:VERSION".
///
/// THREADS: every function is thread-safe. The sinks cost about a microsecond per event and do
/// not allocate in steady state. The documents are made from copies: readers never hold up
/// the scheduler for long.
class Observer {
 public:
  static std::unique_ptr<Observer> create(ObserverOptions options, const base::Clock& clock);
  virtual ~Observer() = default;

  /// The sink lives as long as the observer.
  virtual schedule::EventSink& begin(std::uint32_t generation,
                                     const telemetry::RunHeader& header) = 0;
  virtual void on_resource(const telemetry::ResourceSample& sample, double pressure) = 0;
  /// One call of a protocol ("http", "grpc", "tcp") has been answered; `call`: "infer", "metadata".
  virtual void on_call(const char* protocol, const char* call, Status status,
                       base::Duration latency) = 0;

  [[nodiscard]] virtual std::string metrics(const ServiceState& state) const = 0;
  [[nodiscard]] virtual std::vector<ModelStatistics> statistics() const = 0;
  /// See docs/live-api.md.
  [[nodiscard]] virtual boost::json::object live(const ServiceState& state) const = 0;
  [[nodiscard]] virtual boost::json::object decisions(const std::string& task,
                                                      const std::string& end,
                                                      std::size_t limit) const = 0;
  [[nodiscard]] virtual base::Result<boost::json::object> explain(
      const std::string& decision) const = 0;
  [[nodiscard]] virtual base::Result<boost::json::object> what_if(
      const schedule::SchedulerOptions& options) const = 0;
  /// The scheduler options of the newest generation in the window, to be changed for what_if().
  [[nodiscard]] virtual schedule::SchedulerOptions recorded_options() const = 0;
};

}  // namespace sluice::serve
