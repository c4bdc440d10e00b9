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

base::Result<Labels> labels_for(const Service& service, const Call& call,
                                const std::vector<OutputChoice>& outputs) {
  const bool classified =
      std::ranges::any_of(outputs, [](const OutputChoice& output) { return output.classes > 0; });
  if (!classified) return Labels();
  auto model = service.model(call.model, call.version);
  if (!model) return tl::unexpected(model.error());
  return std::move(model->labels);
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
  auto labels = labels_for(context.service, call, read->outputs);
  if (!labels) return refuse_with(labels.error());
  Choice choice{std::move(read->outputs), read->binary_outputs, std::move(*labels)};
  InferRequest request = std::move(read->request);
  request.model = std::move(call.model);
  request.version = std::move(call.version);
  request.traceparent = call.request.fields.traceparent;
  return context.service.infer(
      std::move(request), [choice = std::move(choice), defer = call.request.defer,
                           respond = std::move(respond)](InferReply reply) mutable {
        defer([choice = std::move(choice), respond = std::move(respond),
               reply = std::move(reply)]() mutable { respond(answer(std::move(reply), choice)); });
      });
}

}  // namespace sluice::serve::http
