#include <algorithm>
#include <charconv>

#include "serve/http/errors.hpp"
#include "serve/http/handlers.hpp"
#include "serve/http/infer_request.hpp"
#include "serve/http/infer_response.hpp"

namespace sluice::serve::http {
namespace {

using base::ErrorCode;
using base::fail;

base::Result<std::optional<std::size_t>> json_bytes(const std::string& field) {
  if (field.empty()) return std::nullopt;
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc() || end != field.data() + field.size()) {
    return fail(ErrorCode::invalid, "Inference-Header-Content-Length must be a number of bytes");
  }
  return value;
}

/// What the answer needs besides the reply.
struct Choice {
  std::vector<OutputChoice> outputs;
  bool binary_outputs = false;
  Labels labels;
};

/// Knows the labels, and that the outputs exist: before the model runs for nothing.
base::Status check(const Service& service, const Call& call, Choice& choice) {
  if (choice.outputs.empty()) return {};
  auto model = service.model(call.model, call.version);
  if (!model) return tl::unexpected(model.error());
  for (const OutputChoice& output : choice.outputs) {
    const bool known = std::ranges::any_of(
        model->info.outputs, [&](const auto& info) { return info.name == output.name; });
    if (!known) {
      return fail(ErrorCode::invalid, "model \"{}\" has no output \"{}\"", model->name,
                  output.name);
    }
  }
  choice.labels = std::move(model->labels);
  return {};
}

Response answer(InferReply reply, const Choice& choice) {
  if (reply.status != Status::ok) {
    reply.refusal.status = reply.status;
    return error_response(reply.refusal);
  }
  auto response =
      write_infer(std::move(reply), choice.outputs, choice.binary_outputs, choice.labels);
  return response ? std::move(*response) : refusal_of(response.error());
}

}  // namespace

InferHandle infer(const Context& context, Call call, Respond respond) {
  const auto refuse_with = [&respond](const base::Error& error) {
    respond(refusal_of(error));
    return InferHandle();
  };
  const auto length = json_bytes(call.request.fields.inference_header_content_length);
  if (!length) return refuse_with(length.error());
  auto read = read_infer(call.request.body, *length, context.limits);
  if (!read) return refuse_with(read.error());
  Choice choice{std::move(read->outputs), read->binary_outputs, {}};
  if (auto status = check(context.service, call, choice); !status) {
    return refuse_with(status.error());
  }
  InferRequest request = std::move(read->request);
  request.model = std::move(call.model);
  request.version = std::move(call.version);
  request.traceparent = call.request.fields.traceparent;
  return context.service.infer(std::move(request),
                               [choice = std::move(choice), defer = call.request.defer,
                                respond = std::move(respond)](InferReply reply) {
                                 defer([choice, respond, reply = std::move(reply)]() mutable {
                                   respond(answer(std::move(reply), choice));
                                 });
                               });
}

}  // namespace sluice::serve::http
