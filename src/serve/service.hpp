// What the daemon can do, for every protocol: the transports translate to and from this.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "serve/request.hpp"

namespace sluice::serve {

enum class ModelState : std::uint8_t { loading, ready, unloading, unavailable };
const char* to_string(ModelState state);  ///< "READY", ... as the repository extension has it

/// One version of a model in the repository.
struct ModelStatus {
  std::string name;
  std::string version;  ///< "1"; empty: known to the repository, never loaded
  ModelState state = ModelState::unavailable;
  /// Why it is not ready; or, where it is, what is worth a warning: the file that is there now
  /// could not take over, or it was not warmed up.
  std::string reason;
};

struct ModelDescription {
  std::string name;
  std::string version;                ///< the one described
  std::vector<std::string> versions;  ///< all that are ready, oldest first
  std::string platform;               ///< "onnxruntime_onnx", "sluice_synthetic"
  backend::ModelInfo info;
  std::uint32_t max_batch = 1;  ///< requests per batch
  /// Class names by output name, for the classification extension.
  std::map<std::string, std::vector<std::string>> labels;
  std::vector<std::string> tasks;  ///< tasks that a client can name, the default one first
};

/// Whether requests share batches along a first axis that every tensor has: where the model
/// configuration extension says a `max_batch_size` above 0 and leaves that axis out of `dims`.
[[nodiscard]] bool has_batch_axis(const ModelDescription& model);

/// A count and the time it took together, as the statistics extension has it.
struct Spent {
  std::uint64_t count = 0;
  base::Duration total{0};
};

struct ModelStatistics {
  std::string name;
  std::string version;
  base::Duration last_inference{0};  ///< since 1970; zero: none yet
  std::uint64_t inferences = 0;      ///< rows, batched ones counted singly
  std::uint64_t executions = 0;      ///< batches
  Spent success, fail, queue, infer;
  struct Batch {
    std::uint32_t size = 0;
    Spent infer;
  };
  std::vector<Batch> batches;  ///< by size
};

struct ServerInfo {
  std::string name = "sluice";
  std::string version;
  /// Of the Open Inference Protocol that are there.
  std::vector<std::string> extensions;
};

/// PARAMETERS AND BEHAVIOUR
/// One object per daemon. Configuration and models change behind it; a request belongs to the
/// configuration that was in force when it came.
///
/// THREADS: every function is thread-safe and quick, except where it says otherwise. `done`
/// callbacks run exactly once, on any thread, perhaps from within the call; they must not block.
class Service {
 public:
  virtual ~Service() = default;

  /// Refuses at once or queues; either way `done` gets the one reply.
  virtual InferHandle infer(InferRequest request, InferDone done) = 0;

  [[nodiscard]] virtual ServerInfo info() const = 0;
  /// The process works (it may be starting or draining).
  [[nodiscard]] virtual bool live() const = 0;
  /// Every model that the configuration wants is ready, and nothing is draining.
  [[nodiscard]] virtual bool ready() const = 0;
  /// Empty: ready. Else why not, for people.
  [[nodiscard]] virtual std::string not_ready_reason() const = 0;

  /// `name` may be a task's. Errors: not_found; unavailable if it is not ready.
  [[nodiscard]] virtual base::Result<ModelDescription> model(const std::string& name,
                                                             const std::string& version) const = 0;
  /// Every version of every model, ready or not, by name and version.
  [[nodiscard]] virtual std::vector<ModelStatus> models() const = 0;
  /// Empty name: all.
  [[nodiscard]] virtual base::Result<std::vector<ModelStatistics>> statistics(
      const std::string& name, const std::string& version) const = 0;

  using StatusDone = std::function<void(base::Status)>;
  /// Loads or reloads a model from its place in the repository, validates and warms it up, then
  /// switches; requests in flight finish on the old one. `done` when it is ready, or with the
  /// reason (the old one then stays).
  virtual void load(const std::string& name, StatusDone done) = 0;
  /// Takes a model out of service; what is queued for it gets the chance to finish.
  virtual void unload(const std::string& name, StatusDone done) = 0;
  /// Reads the configuration file again and applies it as a whole, or not at all.
  virtual void reload(StatusDone done) = 0;

  /// Prometheus text format.
  [[nodiscard]] virtual std::string metrics() const = 0;

  /// Documents of the pages and `sluice top`; docs/live-api.md describes them.
  [[nodiscard]] virtual boost::json::object live_view() const = 0;
  /// The last decisions, newest first. `task`, `end` (on_time, late, a drop reason, dropped):
  /// empty: all.
  [[nodiscard]] virtual boost::json::object decisions(const std::string& task,
                                                      const std::string& end,
                                                      std::size_t limit) const = 0;
  /// The story of one request. May take seconds: not on an I/O thread. Errors: not_found.
  [[nodiscard]] virtual base::Result<boost::json::object> explain(
      const std::string& decision) const = 0;
  /// Replays what the daemon remembers under other settings (`{"policy": "edf", "set":
  /// ["tasks[a].latency_budget=50ms"]}`). May take seconds: not on an I/O thread.
  [[nodiscard]] virtual base::Result<boost::json::object> what_if(
      const boost::json::object& settings) const = 0;
  /// The configuration in force, and the last rejected one's error.
  [[nodiscard]] virtual boost::json::object configuration() const = 0;
};

}  // namespace sluice::serve
