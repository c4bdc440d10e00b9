// The Service of a real daemon: generations of engines, a repository of models, a journal.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "serve/observer.hpp"
#include "serve/plan.hpp"
#include "serve/service.hpp"

namespace sluice::serve {

struct DaemonHooks {
  /// Reads the configuration again. Called on the daemon's management thread.
  std::function<base::Result<Plan>()> read_plan;
  /// Applies one setting as `--set` has it ("tasks[a].latency_budget=50ms").
  std::function<base::Status(schedule::SchedulerOptions&, const std::string&)> apply_setting;
};

/// PARAMETERS AND BEHAVIOUR
/// Each configuration and each change of the models makes a new generation: an engine of its own
/// with the models and tasks of that moment. New requests go to the newest; the one before
/// finishes what it has and ends. Models that did not change are shared, not loaded again.
///
/// THREADS: one management thread loads, reloads, watches files and ends old generations; done
/// callbacks of load(), unload() and reload() run on it. Every function is thread-safe.
class Daemon : public Service {
 public:
  /// Reads the first plan. Clock and observer must outlive the daemon. Error: read_plan()'s.
  static base::Result<std::unique_ptr<Daemon>> create(DaemonHooks hooks, const base::Clock& clock,
                                                      Observer& observer);

  /// Loads the models and begins to serve; returns at once (see ready()). Once.
  virtual void start() = 0;

  /// Looks at the models' files now, as happens every Plan::watch_interval: a file that has changed
  /// since it was loaded and not since the last look is loaded, checked and warmed up, then takes
  /// over. Error: the models are in order, but could not be put in force.
  virtual void check_files(StatusDone done) = 0;

  /// Stops taking requests (they are refused as draining, ready() is false), waits up to `grace`
  /// for those accepted, and returns when every one was answered and the journal is closed. Another
  /// call meanwhile, with less grace, shortens that.
  virtual void drain(base::Duration grace) = 0;
};

}  // namespace sluice::serve
