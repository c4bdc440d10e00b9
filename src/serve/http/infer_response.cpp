#include "serve/http/infer_response.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <type_traits>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <fmt/format.h>

#include "base/utf8.hpp"
#include "serve/classification.hpp"
#include "tensor/raw.hpp"

namespace sluice::serve::http {
namespace {

using base::ErrorCode;
using base::fail;
using tensor::DType;
using tensor::Tensor;

std::string quoted(std::string_view text) {
  return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

template <class T>
void write_elements(std::span<const T> elements, std::string& out) {
  std::array<char, 32> digits{};  // enough for every number
  bool first = true;
  for (const T value : elements) {
    if (!first) out.push_back(',');
    first = false;
    if constexpr (std::is_floating_point_v<T>) {
      if (!std::isfinite(value)) {  // which JSON cannot say
        out.append("null");
        continue;
      }
    }
    if constexpr (std::is_same_v<T, bool>) {
      out.append(value ? "true" : "false");
    } else {
      const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
      out.append(digits.data(), end);
    }
  }
}

/// Calls `use` with the elements under their C++ type; false for types that have none.
template <class Use>
bool with_elements(const Tensor& tensor, Use use) {
  switch (tensor.dtype()) {
    case DType::boolean:
      use(tensor.as<bool>());
      return true;
    case DType::uint8:
      use(tensor.as<std::uint8_t>());
      return true;
    case DType::uint16:
      use(tensor.as<std::uint16_t>());
      return true;
    case DType::uint32:
      use(tensor.as<std::uint32_t>());
      return true;
    case DType::uint64:
      use(tensor.as<std::uint64_t>());
      return true;
    case DType::int8:
      use(tensor.as<std::int8_t>());
      return true;
    case DType::int16:
      use(tensor.as<std::int16_t>());
      return true;
    case DType::int32:
      use(tensor.as<std::int32_t>());
      return true;
    case DType::int64:
      use(tensor.as<std::int64_t>());
      return true;
    case DType::fp32:
      use(tensor.as<float>());
      return true;
    case DType::fp64:
      use(tensor.as<double>());
      return true;
    case DType::fp16:
    case DType::bf16:
    case DType::bytes:
      break;
  }
  return false;
}

base::Status write_data(const Tensor& tensor, std::string& out) {
  const bool known =
      with_elements(tensor, [&out](auto elements) { write_elements(elements, out); });
  if (known) return {};
  if (tensor.dtype() != DType::bytes) {
    return fail(ErrorCode::invalid,
                "output {} is {}, which JSON cannot carry; ask for it with binary_data",
                quoted(tensor.name()), tensor::to_string(tensor.dtype()));
  }
  bool first = true;
  for (const std::string& text : tensor.strings()) {
    if (!base::is_utf8(text)) {
      return fail(ErrorCode::invalid,
                  "output {} holds bytes that are no UTF-8 text; ask for it with binary_data",
                  quoted(tensor.name()));
    }
    if (!first) out.push_back(',');
    first = false;
    out.append(quoted(text));
  }
  return {};
}

/// The data where it lies; strings need their lengths in between.
Part raw_part(const Tensor& tensor) {
  if (tensor.dtype() != DType::bytes) return tensor;
  std::string bytes;
  tensor::append_raw(tensor, bytes);
  return bytes;
}

/// Writes one output into the JSON, or announces it there and adds it to `parts`.
base::Status write_output(const Tensor& tensor, bool binary, std::string& head,
                          std::vector<Part>& parts) {
  auto to = std::back_inserter(head);
  fmt::format_to(to, R"({{"name":{},"datatype":"{}","shape":[{}])", quoted(tensor.name()),
                 tensor::to_string(tensor.dtype()), fmt::join(tensor.shape(), ","));
  if (binary) {
    parts.push_back(raw_part(tensor));
    fmt::format_to(to, R"(,"parameters":{{"binary_data_size":{}}}}})",
                   bytes_of(parts.back()).size());
    return {};
  }
  head.append(",\"data\":[");
  if (auto status = write_data(tensor, head); !status) return status;
  head.append("]}");
  return {};
}

std::string beginning(const InferReply& reply) {
  std::string head;
  auto to = std::back_inserter(head);
  fmt::format_to(to, R"({{"model_name":{},"model_version":{})", quoted(reply.model),
                 quoted(reply.version));
  if (!reply.id.empty()) fmt::format_to(to, R"(,"id":{})", quoted(reply.id));
  fmt::format_to(to,
                 R"(,"parameters":{{"decision":{},"late":{},"queue_ms":{:.3f},"compute_ms":{:.3f},)"
                 R"("total_ms":{:.3f}}},"outputs":[)",
                 quoted(reply.decision), reply.late, base::to_ms(reply.queued),
                 base::to_ms(reply.service), base::to_ms(reply.latency));
  return head;
}

base::Result<Tensor> chosen(const InferReply& reply, const OutputChoice& choice,
                            const Labels& labels) {
  const auto found = std::ranges::find_if(
      reply.outputs, [&](const Tensor& output) { return output.name() == choice.name; });
  if (found == reply.outputs.end()) {
    return fail(ErrorCode::invalid, "the model has no output {}", quoted(choice.name));
  }
  if (choice.classes == 0) return *found;
  const auto names = labels.find(choice.name);
  auto classes = serve::classify(
      *found, choice.classes,
      names == labels.end() ? std::span<const std::string>() : std::span(names->second));
  if (!classes) {
    return tl::unexpected(
        base::with_context(fmt::format("output {}", quoted(choice.name)), classes.error()));
  }
  return classes;
}

Response assembled(std::string head, std::vector<Part> parts) {
  Response response;
  if (!parts.empty()) {
    response.content_type = "application/octet-stream";
    response.fields.emplace_back("Inference-Header-Content-Length", std::to_string(head.size()));
  }
  response.body.reserve(parts.size() + 1);
  response.body.emplace_back(std::move(head));
  for (Part& part : parts) response.body.push_back(std::move(part));
  return response;
}

}  // namespace

base::Result<Response> write_infer(InferReply reply, const std::vector<OutputChoice>& outputs,
                                   bool binary_outputs, const Labels& labels) {
  std::string head = beginning(reply);
  std::vector<Part> parts;
  if (outputs.empty()) {
    for (const Tensor& output : reply.outputs) {
      if (&output != reply.outputs.data()) head.push_back(',');
      if (auto status = write_output(output, binary_outputs, head, parts); !status) {
        return tl::unexpected(status.error());
      }
    }
  }
  for (const OutputChoice& choice : outputs) {
    const auto tensor = chosen(reply, choice, labels);
    if (!tensor) return tl::unexpected(tensor.error());
    if (&choice != outputs.data()) head.push_back(',');
    if (auto status = write_output(*tensor, choice.binary, head, parts); !status) {
      return tl::unexpected(status.error());
    }
  }
  head.append("]}");
  return assembled(std::move(head), std::move(parts));
}

}  // namespace sluice::serve::http
