#include "serve/grpc/infer_codec.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "serve/classification.hpp"
#include "serve/grpc/contents.hpp"
#include "tensor/raw.hpp"

namespace sluice::serve::grpc {
namespace {

using base::ErrorCode;
using inference::InferParameter;
using inference::ModelInferRequest;
using Parameters = google::protobuf::Map<std::string, InferParameter>;
using tensor::Tensor;

/// A parameter as an integer that is not negative; nullopt: it is not there.
base::Result<std::optional<std::uint64_t>> count_parameter(const Parameters& parameters,
                                                           const char* name) {
  const auto found = parameters.find(name);
  if (found == parameters.end()) return std::nullopt;
  const InferParameter& value = found->second;
  if (value.has_uint64_param()) return value.uint64_param();
  if (value.has_int64_param() && value.int64_param() >= 0) {
    return static_cast<std::uint64_t>(value.int64_param());
  }
  return base::fail(ErrorCode::invalid, "parameter {}: must be an integer, 0 or more", name);
}

base::Result<std::string> text_parameter(const Parameters& parameters, const char* name) {
  const auto found = parameters.find(name);
  if (found == parameters.end()) return std::string();
  if (found->second.has_string_param()) return found->second.string_param();
  return base::fail(ErrorCode::invalid, "parameter {}: must be a string", name);
}

/// `count` units as a timeout; 0 means none, as the schedule policy extension has it.
std::optional<base::Duration> timeout_of(std::uint64_t count, base::Duration unit) {
  if (count == 0) return std::nullopt;
  const auto most = static_cast<std::uint64_t>(base::kForever / unit);
  return static_cast<std::int64_t>(std::min(count, most)) * unit;
}

/// The parameter `deadline_ms`: a number of milliseconds, fractions allowed.
base::Result<std::optional<base::Duration>> deadline_parameter(const Parameters& parameters) {
  const auto found = parameters.find("deadline_ms");
  if (found == parameters.end()) return std::nullopt;
  const InferParameter& value = found->second;
  double ms = 0;
  if (value.has_double_param()) ms = value.double_param();
  if (value.has_int64_param()) ms = static_cast<double>(value.int64_param());
  if (value.has_uint64_param()) ms = static_cast<double>(value.uint64_param());
  if (!(ms > 0)) {
    return base::fail(ErrorCode::invalid, "parameter deadline_ms: must be a number above 0");
  }
  return base::from_ms(std::min(ms, 1e12));
}

void shorten(std::optional<base::Duration>& timeout, std::optional<base::Duration> other) {
  if (other) timeout = timeout ? std::min(*timeout, *other) : *other;
}

base::Status decode_parameters(const Parameters& parameters, InferRequest& request) {
  const auto priority = count_parameter(parameters, "priority");
  if (!priority) return tl::unexpected(priority.error());
  request.priority = priority->value_or(0);
  const auto timeout = count_parameter(parameters, "timeout");
  if (!timeout) return tl::unexpected(timeout.error());
  shorten(request.timeout, timeout_of(timeout->value_or(0), std::chrono::microseconds(1)));
  const auto deadline = deadline_parameter(parameters);
  if (!deadline) return tl::unexpected(deadline.error());
  shorten(request.timeout, *deadline);
  auto task = text_parameter(parameters, "task");
  if (!task) return tl::unexpected(std::move(task.error()));
  request.task = *std::move(task);
  return {};
}

base::Status check_counts(const ModelInferRequest& message, const net::Limits& limits) {
  const auto inputs = static_cast<std::size_t>(message.inputs_size());
  const auto outputs = static_cast<std::size_t>(message.outputs_size());
  if (inputs > limits.tensors || outputs > limits.tensors) {
    return base::fail(ErrorCode::invalid,
                      "{} inputs and {} outputs: this server takes at most {} of each", inputs,
                      outputs, limits.tensors);
  }
  const int raw = message.raw_input_contents_size();
  if (raw != 0 && raw != message.inputs_size()) {
    return base::fail(ErrorCode::invalid,
                      "{} raw_input_contents for {} inputs: give one for each input, or none", raw,
                      inputs);
  }
  return {};
}

base::Result<Tensor> decode_input(const std::shared_ptr<const ModelInferRequest>& message,
                                  int index, const net::Limits& limits) {
  const auto& input = message->inputs(index);
  const auto dtype = tensor::dtype_from(input.datatype());
  if (!dtype) {
    return base::fail(ErrorCode::invalid, "input {}: unknown datatype {:?}", input.name(),
                      input.datatype());
  }
  if (static_cast<std::size_t>(input.shape_size()) > limits.dims) {
    return base::fail(ErrorCode::invalid, "input {}: {} dimensions; this server takes at most {}",
                      input.name(), input.shape_size(), limits.dims);
  }
  if (input.parameters().contains("shared_memory_region")) {
    return base::fail(ErrorCode::unsupported,
                      "input {}: shared memory is not offered; send the data in the request",
                      input.name());
  }
  tensor::Shape shape(input.shape().begin(), input.shape().end());
  if (message->raw_input_contents_size() == 0) {
    return from_contents(input.name(), *dtype, std::move(shape), input.contents());
  }
  if (input.has_contents()) {
    return base::fail(ErrorCode::invalid,
                      "input {}: has contents and raw_input_contents; send one of them",
                      input.name());
  }
  const std::string& raw = message->raw_input_contents(index);
  return tensor::from_raw(input.name(), *dtype, std::move(shape), std::as_bytes(std::span(raw)),
                          message);
}

base::Result<WantedOutput> decode_output(
    const ModelInferRequest::InferRequestedOutputTensor& wanted) {
  if (wanted.parameters().contains("shared_memory_region")) {
    return base::fail(ErrorCode::unsupported,
                      "output {}: shared memory is not offered; take the data from the answer",
                      wanted.name());
  }
  const auto classes = count_parameter(wanted.parameters(), "classification");
  if (!classes) {
    return tl::unexpected(
        base::with_context(fmt::format("output {}", wanted.name()), classes.error()));
  }
  if (*classes && **classes == 0) {
    return base::fail(ErrorCode::invalid, "output {}: parameter classification must be at least 1",
                      wanted.name());
  }
  return WantedOutput{wanted.name(), classes->value_or(0)};
}

const Tensor* find_output(const backend::Tensors& outputs, const std::string& name) {
  for (const Tensor& output : outputs) {
    if (output.name() == name) return &output;
  }
  return nullptr;
}

void add_output(const Tensor& output, inference::ModelInferResponse& response) {
  auto& tensor = *response.add_outputs();
  tensor.set_name(output.name());
  const auto dtype = tensor::to_string(output.dtype());
  tensor.set_datatype(dtype.data(), dtype.size());
  tensor.mutable_shape()->Add(output.shape().begin(), output.shape().end());
  std::string& raw = *response.add_raw_output_contents();
  raw.reserve(tensor::raw_size(output));
  tensor::append_raw(output, raw);
}

base::Result<Tensor> classified(const Tensor& output, std::uint64_t count, const InferReply& reply,
                                const Service& service) {
  const auto model = service.model(reply.model, reply.version);
  std::span<const std::string> labels;
  if (model) {
    const auto found = model->labels.find(output.name());
    if (found != model->labels.end()) labels = found->second;
  }
  return classify(output, count, labels);
}

base::Status encode_requested(const ModelInferRequest::InferRequestedOutputTensor& message,
                              const InferReply& reply, const Service& service,
                              inference::ModelInferResponse& response) {
  const auto wanted = decode_output(message);
  if (!wanted) return tl::unexpected(wanted.error());
  const Tensor* output = find_output(reply.outputs, wanted->name);
  if (output == nullptr) {  // another task took the request over
    return base::fail(ErrorCode::invalid, "output {}: model {} has no such output", wanted->name,
                      reply.model);
  }
  if (wanted->classes == 0) {
    add_output(*output, response);
    return {};
  }
  const auto names = classified(*output, wanted->classes, reply, service);
  if (!names) return tl::unexpected(names.error());
  add_output(*names, response);
  return {};
}

}  // namespace

base::Result<InferRequest> decode(const std::shared_ptr<const ModelInferRequest>& message,
                                  const net::Limits& limits) {
  const auto counts = check_counts(*message, limits);
  if (!counts) return tl::unexpected(counts.error());
  InferRequest request;
  const auto parameters = decode_parameters(message->parameters(), request);
  if (!parameters) return tl::unexpected(parameters.error());
  request.model = message->model_name();
  request.version = message->model_version();
  request.id = message->id();
  request.inputs.reserve(static_cast<std::size_t>(message->inputs_size()));
  for (int i = 0; i < message->inputs_size(); ++i) {
    auto input = decode_input(message, i, limits);
    if (!input) return tl::unexpected(std::move(input.error()));
    request.inputs.push_back(*std::move(input));
  }
  for (const auto& wanted : message->outputs()) {
    auto output = decode_output(wanted);
    if (!output) return tl::unexpected(std::move(output.error()));
    request.outputs.push_back(*std::move(output));
  }
  return request;
}

base::Status encode(const InferReply& reply, const ModelInferRequest& request,
                    const Service& service, inference::ModelInferResponse& response) {
  response.set_model_name(reply.model);
  response.set_model_version(reply.version);
  response.set_id(reply.id);
  auto& parameters = *response.mutable_parameters();
  parameters["decision"].set_string_param(reply.decision);
  parameters["late"].set_bool_param(reply.late);
  parameters["queue_ms"].set_double_param(base::to_ms(reply.queued));
  parameters["compute_ms"].set_double_param(base::to_ms(reply.service));
  parameters["total_ms"].set_double_param(base::to_ms(reply.latency));
  if (request.outputs_size() == 0) {
    for (const Tensor& output : reply.outputs) add_output(output, response);
    return {};
  }
  for (const auto& wanted : request.outputs()) {
    if (auto done = encode_requested(wanted, reply, service, response); !done) return done;
  }
  return {};
}

}  // namespace sluice::serve::grpc
