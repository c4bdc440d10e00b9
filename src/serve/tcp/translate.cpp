#include "serve/tcp/translate.hpp"

#include <algorithm>

namespace sluice::serve::tcp {
namespace {

std::uint64_t to_us(base::Duration duration) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(us, 0));
}

v2::Grounds to_grounds(const schedule::Numbers& numbers, base::Time now) {
  v2::Grounds grounds;
  grounds.service_us = to_us(numbers.service);
  grounds.backlog_us = to_us(numbers.backlog);
  grounds.predicted_finish_us =
      numbers.predicted_finish == base::kNever
          ? INT64_MAX
          : std::chrono::duration_cast<std::chrono::microseconds>(numbers.predicted_finish - now)
                .count();
  grounds.queued = numbers.queued;
  grounds.task_queued = numbers.task_queued;
  grounds.density = numbers.density;
  return grounds;
}

}  // namespace

InferRequest to_request(v2::Infer message) {
  InferRequest request;
  request.model = std::move(message.model);
  request.version = std::move(message.version);
  request.task = std::move(message.task);
  request.priority = message.priority;
  // Longer than the clock can count is as good as no limit.
  constexpr std::uint64_t kMost = INT64_MAX / 1000;
  if (message.timeout_us != 0 && message.timeout_us <= kMost) {
    request.timeout = std::chrono::microseconds(message.timeout_us);
  }
  request.inputs = std::move(message.inputs);
  for (std::string& name : message.outputs) request.outputs.push_back({std::move(name)});
  request.traceparent = std::move(message.traceparent);
  return request;
}

base::Result<v2::InferReply> to_reply(std::uint64_t id, const std::vector<std::string>& outputs,
                                      InferReply reply) {
  v2::InferReply message;
  message.id = id;
  message.late = reply.late;
  message.latency_us = to_us(reply.latency);
  message.queued_us = to_us(reply.queued);
  message.service_us = to_us(reply.service);
  message.version = std::move(reply.version);
  message.decision = std::move(reply.decision);
  if (outputs.empty()) {
    message.outputs = std::move(reply.outputs);
  }
  for (const auto& name : outputs) {
    const auto output = std::ranges::find(reply.outputs, name, &tensor::Tensor::name);
    if (output == reply.outputs.end()) {
      return base::fail(base::ErrorCode::invalid,
                        "model {} has no output \"{}\"; describe the model to see its outputs",
                        reply.model, name);
    }
    message.outputs.push_back(*output);
  }
  message.model = std::move(reply.model);
  return message;
}

v2::ErrorReply to_error(std::uint64_t id, const Refusal& refusal, base::Time now) {
  v2::ErrorReply error;
  error.id = id;
  error.status = refusal.status;
  error.reason = refusal.reason;
  error.message = refusal.message;
  error.decision = refusal.decision;
  error.protects = refusal.protects;
  error.retry_after_us = to_us(refusal.retry_after);
  if (refusal.numbers) error.grounds = to_grounds(*refusal.numbers, now);
  return error;
}

v1::Code v1_code(Status status) {
  const bool no_model = status == Status::not_found || status == Status::unavailable;
  return no_model ? v1::Code::no_model : v1::Code::failed;
}

Refusal refusal(Status status, std::string message) {
  Refusal refusal;
  refusal.status = status;
  refusal.message = std::move(message);
  return refusal;
}

Refusal no_token() {
  return refusal(Status::unauthenticated,
                 "this server wants a token first; send it in a hello frame");
}

Refusal unknown_token() {
  return refusal(Status::unauthenticated,
                 "this token is unknown; ask the server's operator for a valid one");
}

Refusal too_often(base::Duration wait) {
  auto refused =
      refusal(Status::overloaded,
              fmt::format("more requests than one client may send; try again in {:.3f} s",
                          base::to_seconds(wait)));
  refused.reason = "rate_limited";
  refused.retry_after = wait;
  return refused;
}

Refusal too_large(std::uint64_t bytes, const net::Limits& limits) {
  return refusal(Status::too_large,
                 fmt::format("a frame of {} bytes; at most {} are read", bytes, limits.body_bytes));
}

Refusal id_in_use(std::uint64_t id) {
  return refusal(Status::invalid,
                 fmt::format("request {} is in flight already; give each its own id", id));
}

}  // namespace sluice::serve::tcp
