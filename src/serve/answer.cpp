#include "serve/answer.hpp"

#include <algorithm>
#include <utility>

#include "runtime/decision.hpp"
#include "serve/public_text.hpp"

namespace sluice::serve {
namespace {

using schedule::DropReason;

constexpr base::Duration kShortestRetry = std::chrono::milliseconds(1);
/// For what depends on people or probes rather than on the backlog.
constexpr base::Duration kRetryLater = std::chrono::seconds(1);

Status status_of(DropReason reason) {
  switch (reason) {
    case DropReason::queue_full_oldest:
    case DropReason::queue_full_newest:
    case DropReason::queue_full_lowest_value:
    case DropReason::shed:
      return Status::overloaded;
    case DropReason::expired:
    case DropReason::infeasible:
      return Status::deadline_exceeded;
    case DropReason::cancelled:
      return Status::cancelled;
    case DropReason::backend_failed:
      return Status::internal;
    case DropReason::quarantined:
    case DropReason::shutdown:
      return Status::unavailable;
  }
  return Status::internal;
}

Refusal refusal_of(const runtime::Response& response, const Route& route, const Routes& routes) {
  Refusal refusal;
  refusal.numbers = response.numbers;
  if (response.outcome == schedule::Outcome::failed) {
    refusal.status = Status::internal;
    refusal.reason = schedule::to_string(DropReason::backend_failed);
    refusal.message =
        response.error.empty() ? "the batch it was in failed" : without_paths(response.error);
    return refusal;
  }
  refusal.status = status_of(response.reason);
  refusal.reason = schedule::to_string(response.reason);
  if (response.protects != schedule::kNone) refusal.protects = routes.task_name(response.protects);
  refusal.message = runtime::drop_text(response, routes.task_name(route.task), refusal.protects);
  if (refusal.status == Status::overloaded) {
    refusal.retry_after = std::max(kShortestRetry, response.numbers.backlog);
  } else if (refusal.status == Status::unavailable) {
    refusal.retry_after = kRetryLater;
  }
  return refusal;
}

}  // namespace

InferReply answer(runtime::Response response, const Route& route, const Routes& routes,
                  std::uint32_t generation) {
  const bool done =
      response.outcome == schedule::Outcome::on_time || response.outcome == schedule::Outcome::late;
  const ServedVersion& ran = done && response.model < routes.versions().size()
                                 ? routes.versions()[response.model]
                                 : *route.served;
  InferReply reply;
  reply.model = ran.name;
  reply.version = ran.version;
  reply.decision = runtime::decision_name(generation, response.id);
  reply.late = response.outcome == schedule::Outcome::late;
  reply.queued = response.queued;
  reply.service = response.service;
  reply.latency = response.latency;
  if (done) {
    reply.outputs = std::move(response.outputs);
    return reply;
  }
  reply.refusal = refusal_of(response, route, routes);
  reply.refusal.decision = reply.decision;
  reply.status = reply.refusal.status;
  return reply;
}

InferReply refused(Refusal refusal, const InferRequest& request) {
  InferReply reply;
  reply.status = refusal.status;
  reply.refusal = std::move(refusal);
  reply.model = request.model;
  reply.version = request.version;
  reply.id = request.id;
  return reply;
}

Refusal draining() {
  Refusal refusal;
  refusal.status = Status::unavailable;
  refusal.reason = "draining";
  refusal.message = "the server is shutting down: retry elsewhere or later";
  refusal.retry_after = kRetryLater;
  return refusal;
}

Refusal not_ready(std::string message) {
  Refusal refusal;
  refusal.status = Status::unavailable;
  refusal.reason = "not_ready";
  refusal.message = std::move(message);
  refusal.retry_after = kRetryLater;
  return refusal;
}

}  // namespace sluice::serve
