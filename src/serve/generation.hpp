// One configuration of the daemon at work: its engine, its journal, its names.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/result.hpp"
#include "serve/observer.hpp"
#include "serve/plan.hpp"
#include "serve/request.hpp"
#include "serve/routes.hpp"

namespace sluice::serve {

/// PARAMETERS AND BEHAVIOUR
/// Made, put in force (start()), and at the end retire()d, which answers everything it took.
///
/// THREADS: thread-safe.
class Generation {
 public:
  /// Opens the sources and the journal and starts the engine. Without a loaded model there is no
  /// engine, and every request is refused. Errors: what the plan asks for cannot be had.
  static base::Result<std::shared_ptr<Generation>> create(std::uint32_t number, const Plan& plan,
                                                          const Catalog& catalog,
                                                          const base::Clock& clock,
                                                          Observer& observer);
  ~Generation();
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  /// The sources begin.
  void start();

  /// Submits, and may run a small batch on the calling thread, so `done` may be called from within.
  /// Error: nothing was submitted, and `request` and `done` are as they were; `unavailable` from
  /// the moment that it retires.
  base::Result<schedule::RequestId> infer(const Route& route, InferRequest& request,
                                          InferDone& done);
  void cancel(schedule::RequestId request);
  void set_pressure(double pressure);
  void on_resource(const telemetry::ResourceSample& sample);
  /// Of the version's instances, those in service; all of them when retired.
  [[nodiscard]] std::size_t in_service(const ServedVersion& served) const;

  /// Ends the sources; they give no more.
  void stop_sources();
  /// Takes no more, waits up to `grace` for what is queued, ends engine and journal. A second call
  /// meanwhile with less grace shortens the first one.
  void retire(base::Duration grace);

  [[nodiscard]] std::uint32_t number() const { return number_; }
  [[nodiscard]] const Routes& routes() const { return *routes_; }

 private:
  class Recorder;
  Generation(std::uint32_t number, Routes routes, const base::Clock& clock);
  [[nodiscard]] std::shared_ptr<runtime::Engine> engine() const;

  const std::uint32_t number_;
  const std::shared_ptr<const Routes> routes_;
  const base::Clock& clock_;
  std::unique_ptr<Recorder> recorder_;
  mutable std::mutex mutex_;  ///< the pointers below
  std::shared_ptr<runtime::Engine> engine_;
  std::unique_ptr<Sources> sources_;
};

}  // namespace sluice::serve
