#include "serve/http/infer_request.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "serve/http/json_body.hpp"
#include "serve/http/json_data.hpp"
#include "tensor/raw.hpp"

namespace sluice::serve::http {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;
using base::Result;

template <class T>
using Optional = Result<std::optional<T>>;

Optional<std::string> text(const json::object& object, json::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) return fail(ErrorCode::invalid, "{} must be a string", std::string(key));
  return std::string(value->get_string());
}

Optional<bool> boolean(const json::object& object, json::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_bool()) {
    return fail(ErrorCode::invalid, "{} must be true or false", std::string(key));
  }
  return value->get_bool();
}

Optional<std::uint64_t> natural(const json::object& object, json::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_uint64()) return value->get_uint64();
  if (value->is_int64() && value->get_int64() >= 0) {
    return static_cast<std::uint64_t>(value->get_int64());
  }
  return fail(ErrorCode::invalid, "{} must be an integer that is not negative", std::string(key));
}

/// An absent object is an empty one.
Result<const json::object*> object_at(const json::object& object, json::string_view key) {
  static const json::object none;
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return &none;
  if (!value->is_object()) {
    return fail(ErrorCode::invalid, "{} must be an object", std::string(key));
  }
  return &value->get_object();
}

Result<std::span<const json::value>> array_at(const json::object& object, json::string_view key,
                                              std::uint32_t most) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return std::span<const json::value>();
  if (!value->is_array()) {
    return fail(ErrorCode::invalid, "{} must be an array", std::string(key));
  }
  const json::array& array = value->get_array();
  if (array.size() > most) {
    return fail(ErrorCode::invalid, "{} has {} entries; {} are permitted", std::string(key),
                array.size(), most);
  }
  return std::span<const json::value>(array.data(), array.size());
}

Result<tensor::Shape> shape_of(const json::object& input, std::uint32_t dims) {
  if (!input.contains("shape")) return fail(ErrorCode::invalid, "shape is missing");
  auto array = array_at(input, "shape", dims);
  if (!array) return tl::unexpected(array.error());
  tensor::Shape shape;
  for (const json::value& value : *array) {
    if (!value.is_int64() || value.get_int64() < 0) {
      return fail(ErrorCode::invalid, "shape must hold integers that are not negative");
    }
    shape.push_back(value.get_int64());
  }
  return shape;
}

/// What is left of the body behind the JSON.
class Binary {
 public:
  Binary(const std::shared_ptr<const std::string>& body, std::size_t from)
      : body_(body), rest_(std::string_view(*body).substr(from)) {}

  Result<std::string_view> take(std::uint64_t size) {
    if (size > rest_.size()) {
      return fail(ErrorCode::invalid,
                  "binary_data_size is {}, but {} bytes are left of the body; is "
                  "Inference-Header-Content-Length right?",
                  size, rest_.size());
    }
    const auto part = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return part;
  }
  [[nodiscard]] std::size_t left() const { return rest_.size(); }
  [[nodiscard]] const std::shared_ptr<const std::string>& body() const { return body_; }

 private:
  std::shared_ptr<const std::string> body_;
  std::string_view rest_;
};

Result<tensor::Tensor> from_binary(std::string name, tensor::DType dtype, tensor::Shape shape,
                                   std::uint64_t size, Binary& binary) {
  const auto data = binary.take(size);
  if (!data) return tl::unexpected(data.error());
  return tensor::from_raw(std::move(name), dtype, std::move(shape), std::as_bytes(std::span(*data)),
                          binary.body());
}

Result<tensor::Tensor> input_of(const json::value& value, std::vector<FlatData>& data,
                                Binary& binary, const net::Limits& limits) {
  if (!value.is_object()) return fail(ErrorCode::invalid, "must be an object");
  const json::object& input = value.get_object();
  auto name = text(input, "name");
  if (!name) return tl::unexpected(name.error());
  if (!*name || (*name)->empty()) return fail(ErrorCode::invalid, "name is missing");
  auto type = text(input, "datatype");
  if (!type) return tl::unexpected(type.error());
  if (!*type) return fail(ErrorCode::invalid, "datatype is missing");
  const auto dtype = tensor::dtype_from(**type);
  if (!dtype) return fail(ErrorCode::invalid, "datatype is none of the protocol, such as FP32");
  auto shape = shape_of(input, limits.dims);
  if (!shape) return tl::unexpected(shape.error());
  const auto parameters = object_at(input, "parameters");
  if (!parameters) return tl::unexpected(parameters.error());
  if ((*parameters)->contains("shared_memory_region")) {
    return fail(ErrorCode::invalid, "shared memory is not supported; send the data");
  }
  const auto size = natural(**parameters, "binary_data_size");
  if (!size) return tl::unexpected(size.error());

  const json::value* given = input.if_contains("data");
  if ((given != nullptr) == size->has_value()) {
    return fail(ErrorCode::invalid,
                "one of `data` and the parameter `binary_data_size` is needed, and not both");
  }
  if (*size) return from_binary(**name, *dtype, std::move(*shape), **size, binary);
  if (!given->is_uint64()) return fail(ErrorCode::invalid, "data must be an array");
  return to_tensor(**name, *dtype, std::move(*shape), std::move(data.at(given->get_uint64())));
}

base::Status read_inputs(InferDocument& document, Binary& binary, const net::Limits& limits,
                         backend::Tensors& inputs) {
  const json::object& root = document.root.get_object();
  if (!root.contains("inputs")) return fail(ErrorCode::invalid, "inputs is missing");
  const auto array = array_at(root, "inputs", limits.tensors);
  if (!array) return tl::unexpected(array.error());
  for (std::size_t i = 0; i < array->size(); ++i) {
    auto input = input_of((*array)[i], document.data, binary, limits);
    if (!input) {
      return tl::unexpected(base::with_context(fmt::format("inputs[{}]", i), input.error()));
    }
    const bool twice = std::ranges::any_of(
        inputs, [&](const tensor::Tensor& other) { return other.name() == input->name(); });
    if (twice) return fail(ErrorCode::invalid, "inputs[{}]: this name stands there twice", i);
    inputs.push_back(std::move(*input));
  }
  if (binary.left() > 0) {
    return fail(ErrorCode::invalid, "{} bytes of the body belong to no input", binary.left());
  }
  return {};
}

Result<OutputChoice> output_of(const json::value& value, bool binary_by_default) {
  if (!value.is_object()) return fail(ErrorCode::invalid, "must be an object");
  const json::object& output = value.get_object();
  auto name = text(output, "name");
  if (!name) return tl::unexpected(name.error());
  if (!*name || (*name)->empty()) return fail(ErrorCode::invalid, "name is missing");
  const auto parameters = object_at(output, "parameters");
  if (!parameters) return tl::unexpected(parameters.error());
  if ((*parameters)->contains("shared_memory_region")) {
    return fail(ErrorCode::invalid, "shared memory is not supported; take the data");
  }
  const auto binary = boolean(**parameters, "binary_data");
  if (!binary) return tl::unexpected(binary.error());
  const auto classes = natural(**parameters, "classification");
  if (!classes) return tl::unexpected(classes.error());
  if (classes->value_or(0) > std::numeric_limits<std::uint32_t>::max()) {
    return fail(ErrorCode::invalid, "classification is too large");
  }
  return OutputChoice{std::move(**name), binary->value_or(binary_by_default),
                      static_cast<std::uint32_t>(classes->value_or(0))};
}

base::Status read_outputs(const json::object& root, const net::Limits& limits, InferCall& call) {
  const auto array = array_at(root, "outputs", limits.tensors);
  if (!array) return tl::unexpected(array.error());
  for (std::size_t i = 0; i < array->size(); ++i) {
    auto output = output_of((*array)[i], call.binary_outputs);
    if (!output) {
      return tl::unexpected(base::with_context(fmt::format("outputs[{}]", i), output.error()));
    }
    const bool twice = std::ranges::any_of(
        call.outputs, [&](const OutputChoice& other) { return other.name == output->name; });
    if (twice) return fail(ErrorCode::invalid, "outputs[{}]: this name stands there twice", i);
    call.request.outputs.push_back({output->name, output->classes});
    call.outputs.push_back(std::move(*output));
  }
  return {};
}

/// The time that is left: the shorter of `timeout` (µs; 0: none) and `deadline_ms`.
Optional<base::Duration> time_left(const json::object& parameters) {
  std::optional<base::Duration> result;
  const auto timeout = natural(parameters, "timeout");
  if (!timeout) return tl::unexpected(timeout.error());
  if (timeout->value_or(0) > 0) {
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max() / 1000;
    result = std::chrono::microseconds(static_cast<std::int64_t>(std::min(**timeout, most)));
  }
  const json::value* deadline = parameters.if_contains("deadline_ms");
  if (deadline == nullptr) return result;
  json::error_code error;
  const auto ms = deadline->is_number() ? deadline->to_number<double>(error) : 0.0;
  if (error || !(ms > 0)) return fail(ErrorCode::invalid, "deadline_ms must be a number above 0");
  const auto left = base::from_ms(std::min(ms, 1e12));
  return result ? std::min(*result, left) : left;
}

base::Status read_parameters(const json::object& root, InferCall& call) {
  const auto parameters = object_at(root, "parameters");
  if (!parameters) return tl::unexpected(parameters.error());
  const auto priority = natural(**parameters, "priority");
  if (!priority) return tl::unexpected(priority.error());
  auto task = text(**parameters, "task");
  if (!task) return tl::unexpected(task.error());
  const auto left = time_left(**parameters);
  if (!left) return tl::unexpected(left.error());
  const auto binary = boolean(**parameters, "binary_data_output");
  if (!binary) return tl::unexpected(binary.error());
  call.request.priority = priority->value_or(0);
  call.request.task = std::move(*task).value_or("");
  call.request.timeout = *left;
  call.binary_outputs = binary->value_or(false);
  return {};
}

}  // namespace

Result<InferCall> read_infer(const std::shared_ptr<const std::string>& body,
                             std::optional<std::size_t> json_bytes, const net::Limits& limits) {
  const std::size_t length = json_bytes.value_or(body->size());
  if (length > body->size()) {
    return fail(ErrorCode::invalid, "Inference-Header-Content-Length is {}, but the body has {}",
                length, body->size());
  }
  auto document =
      parse_infer_document(std::string_view(*body).substr(0, length), limits.json_depth);
  if (!document) return tl::unexpected(document.error());
  if (!document->root.is_object())
    return fail(ErrorCode::invalid, "the body must be a JSON object");
  const json::object& root = document->root.get_object();

  InferCall call;
  auto id = text(root, "id");
  if (!id) return tl::unexpected(id.error());
  call.request.id = std::move(*id).value_or("");
  if (auto status = read_parameters(root, call); !status) {
    return tl::unexpected(base::with_context("parameters", status.error()));
  }
  if (auto status = read_outputs(root, limits, call); !status)
    return tl::unexpected(status.error());
  Binary binary(body, length);
  if (auto status = read_inputs(*document, binary, limits, call.request.inputs); !status) {
    return tl::unexpected(status.error());
  }
  return call;
}

}  // namespace sluice::serve::http
