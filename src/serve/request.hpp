// One inference as a network client asks for it, and the answer, whatever the protocol.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backend/backend.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "schedule/event.hpp"

namespace sluice::serve {

/// How a call ended, for every protocol to translate (see http_status() and its kin there).
enum class Status : std::uint8_t {
  ok,
  invalid,            ///< the request is wrong: HTTP 400, gRPC INVALID_ARGUMENT
  unauthenticated,    ///< no token, or an unknown one: 401, UNAUTHENTICATED
  forbidden,          ///< the token's role does not suffice: 403, PERMISSION_DENIED
  not_found,          ///< no such model, version, task or request: 404, NOT_FOUND
  conflict,           ///< not in this state: 409, FAILED_PRECONDITION
  too_large,          ///< beyond a limit: 413, RESOURCE_EXHAUSTED
  unsupported,        ///< a feature that is not there: 501, UNIMPLEMENTED
  overloaded,         ///< shed, queue full, or the client's rate: 429, RESOURCE_EXHAUSTED
  unavailable,        ///< not ready, quarantined, draining: 503, UNAVAILABLE
  deadline_exceeded,  ///< expired, or could not be in time: 504, DEADLINE_EXCEEDED
  cancelled,          ///< withdrawn by the client: 499, CANCELLED
  internal,           ///< the model or the server failed: 500, INTERNAL
};

/// "ok", "invalid", ...: stable names for logs and metrics.
const char* to_string(Status status);

/// The status of an error that carries no more than its code.
Status status_of(base::ErrorCode code);

/// Why there is no result: what every protocol tells its client.
struct Refusal {
  Status status = Status::internal;
  /// For people: what is wrong and what to do. No internal paths or addresses.
  std::string message;
  /// For programs: a drop reason (`shed`, `expired`, ...), or `rate_limited`, `draining`,
  /// `not_ready`, `backend_failed`; empty where the status says it all.
  std::string reason;
  /// The decision, for GET /api/v1/requests/{decision}; empty if nothing was scheduled.
  std::string decision;
  /// The task for whose deadlines it was shed; empty: none.
  std::string protects;
  /// What the decision rested on; nullopt where nothing was decided.
  std::optional<schedule::Numbers> numbers;
  /// When it is worth trying again: overloaded and unavailable only; zero: not known.
  base::Duration retry_after{0};
};

/// An output that the client names.
struct WantedOutput {
  std::string name;
  std::uint64_t classes = 0;  ///< of the classification extension; 0: the tensor itself
};

/// What to infer.
struct InferRequest {
  std::string model;    ///< a model's name, or a task's: then that task's model
  std::string version;  ///< empty: the newest that is ready
  std::string id;       ///< the client's own; goes back as it came
  /// Parameter `task`: the task to count as; empty: the model's default one.
  std::string task;
  /// Parameter `priority` as the schedule policy extension has it: 1 is the most important, 0
  /// the default. Level n lowers the task's priority by n - 1; it can never raise it.
  std::uint64_t priority = 0;
  /// Time left for the result, from now: parameters `timeout` (µs) and `deadline_ms`, a gRPC
  /// deadline. It can only shorten the task's latency budget. nullopt: the budget.
  std::optional<base::Duration> timeout;
  backend::Tensors inputs;
  /// Empty: all. Only checked: the reply has all of the model's, for the protocol to choose from.
  std::vector<WantedOutput> outputs;
  std::string traceparent;  ///< W3C trace context; kept in the journal
};

struct InferReply {
  Status status = Status::ok;
  Refusal refusal;  ///< unless status is ok
  std::string model;
  std::string version;
  std::string id;
  std::string decision;       ///< "1-2047"; see Refusal::decision
  bool late = false;          ///< status ok, but the deadline had passed
  backend::Tensors outputs;   ///< all of the model's, in its order
  base::Duration queued{0};   ///< arrival to start
  base::Duration service{0};  ///< start to end of its batch
  base::Duration latency{0};  ///< arrival to end
};

/// A refusal where nothing was scheduled.
Refusal refuse(const base::Error& error);

using InferDone = std::function<void(InferReply)>;

/// Withdraws an inference. Copyable, thread-safe, may outlive the service; default: nothing.
class InferHandle {
 public:
  InferHandle() = default;
  explicit InferHandle(std::function<void()> cancel) : cancel_(std::move(cancel)) {}
  /// A queued request ends as cancelled; one that runs or has ended is left alone.
  void cancel() const {
    if (cancel_) cancel_();
  }

 private:
  std::function<void()> cancel_;
};

}  // namespace sluice::serve
