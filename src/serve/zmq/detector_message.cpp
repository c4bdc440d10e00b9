#include "serve/zmq/detector_message.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "base/json.hpp"

namespace sluice::serve::zmq {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using tensor::DType;

static_assert(std::endian::native == std::endian::little, "tensors are copied as they are");

/// What of a message fits in a line of a client's log.
constexpr std::size_t kMostText = 300;

struct NumpyName {
  const char* name;
  DType dtype;
};
constexpr std::array kNumpyNames{
    NumpyName{"bool", DType::boolean},  NumpyName{"uint8", DType::uint8},
    NumpyName{"uint16", DType::uint16}, NumpyName{"uint32", DType::uint32},
    NumpyName{"uint64", DType::uint64}, NumpyName{"int8", DType::int8},
    NumpyName{"int16", DType::int16},   NumpyName{"int32", DType::int32},
    NumpyName{"int64", DType::int64},   NumpyName{"float16", DType::fp16},
    NumpyName{"float32", DType::fp32},  NumpyName{"float64", DType::fp64},
};

std::string_view text_of(const messaging::Part& part) {
  return {reinterpret_cast<const char*>(part.bytes.data()), part.bytes.size()};
}

base::Result<json::object> parse_header(const messaging::Part& part, const net::Limits& limits) {
  if (part.bytes.size() > limits.header_bytes) {
    return base::fail(ErrorCode::invalid, "a header of {} bytes; at most {} are read",
                      part.bytes.size(), limits.header_bytes);
  }
  json::parse_options options;
  options.max_depth = limits.json_depth;
  boost::system::error_code error;
  auto value = json::parse(text_of(part), error, {}, options);
  if (error || !value.is_object()) {
    return base::fail(ErrorCode::invalid, "the first part is not a JSON object{}{}",
                      error ? ": " : "", error ? error.message() : "");
  }
  return std::move(value.get_object());
}

bool is_true(const json::object& header, std::string_view key) {
  const auto* value = header.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::string text_at(const json::object& header, std::string_view key) {
  const auto* value = header.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

base::Result<tensor::Shape> shape_of(const json::object& header, const net::Limits& limits) {
  const auto* value = header.if_contains("shape");
  const auto* list = value == nullptr ? nullptr : value->if_array();
  if (list == nullptr) {
    return base::fail(ErrorCode::invalid, "the header has no \"shape\", a list of sizes");
  }
  if (list->size() > limits.dims) {
    return base::fail(ErrorCode::invalid, "a shape of {} axes; at most {} are read", list->size(),
                      limits.dims);
  }
  tensor::Shape shape;
  for (const auto& size : *list) {
    const auto* number = size.if_int64();
    if (number == nullptr || *number < 0) {
      return base::fail(ErrorCode::invalid, "\"shape\" has {}, which is no size",
                        base::to_json(size));
    }
    shape.push_back(*number);
  }
  return shape;
}

base::Result<DType> dtype_of(const json::object& header) {
  const auto name = text_at(header, "dtype");
  const auto known = std::ranges::find(kNumpyNames, name, &NumpyName::name);
  if (known == kNumpyNames.end()) {
    return base::fail(ErrorCode::invalid,
                      "the header's \"dtype\" is \"{}\"; give numpy's name, such as uint8 or "
                      "float32",
                      name);
  }
  return known->dtype;
}

base::Result<DetectorRequest> parse_picture(const json::object& header, const messaging::Part& data,
                                            const net::Limits& limits) {
  auto shape = shape_of(header, limits);
  if (!shape) return tl::unexpected(shape.error());
  const auto dtype = dtype_of(header);
  if (!dtype) return tl::unexpected(dtype.error());
  const auto wanted = tensor::byte_count(*dtype, *shape);
  if (!wanted) return tl::unexpected(wanted.error());
  if (*wanted != data.bytes.size()) {
    return base::fail(ErrorCode::invalid, "{} {} takes {} bytes; {} came", text_at(header, "dtype"),
                      tensor::to_string(*shape), *wanted, data.bytes.size());
  }
  return Picture{*dtype, std::move(*shape), data};
}

/// What a client's log can show: one line of plain characters. A comma would make numpy take the
/// text for several types and leave most of it out.
std::string plain(std::string text) {
  text.resize(std::min(text.size(), kMostText));
  for (char& character : text) {
    if (character == ',') character = ';';
    if (character < 0x20 || character > 0x7E) character = '?';
  }
  return text;
}

}  // namespace

base::Result<DetectorRequest> parse_request(std::span<const messaging::Part> parts,
                                            const net::Limits& limits) {
  if (parts.empty()) return base::fail(ErrorCode::invalid, "a message without parts");
  const auto header = parse_header(parts[0], limits);
  if (!header) return tl::unexpected(header.error());
  if (is_true(*header, "model_request")) return ModelQuestion{text_at(*header, "model_name")};
  if (is_true(*header, "model_data")) return ModelFile{text_at(*header, "model_name")};
  if (parts.size() != 2) {
    return base::fail(ErrorCode::invalid, "{} part{}; a header and a tensor are wanted",
                      parts.size(), parts.size() == 1 ? "" : "s");
  }
  return parse_picture(*header, parts[1], limits);
}

std::vector<std::string> encode_detections(std::span<const Row> rows, const std::string& decision) {
  std::array<Row, kRows> all{};
  std::ranges::copy(rows.first(std::min(rows.size(), kRows)), all.begin());
  std::string data(sizeof(all), '\0');
  std::memcpy(data.data(), all.data(), sizeof(all));
  json::object header{{"shape", {kRows, std::tuple_size_v<Row>}}, {"dtype", "float32"}};
  if (!decision.empty()) header["decision"] = decision;
  return {base::to_json(header), std::move(data)};
}

std::vector<std::string> encode_refusal(const Refusal& refusal) {
  const char* why = refusal.reason.empty() ? to_string(refusal.status) : refusal.reason.c_str();
  const auto text =
      plain(fmt::format("sluice: {}: {}{}{}{}", why, refusal.decision.empty() ? "" : "request ",
                        refusal.decision, refusal.decision.empty() ? "" : ": ", refusal.message));
  const json::object header{{"error", text},
                            {"status", to_string(refusal.status)},
                            {"reason", refusal.reason},
                            {"decision", refusal.decision},
                            {"shape", json::array(1, 0)},
                            {"dtype", text}};
  return {base::to_json(header), std::string()};
}

std::vector<std::string> encode_model_state(const std::string& problem) {
  json::object answer{{"model_available", true}, {"model_loaded", problem.empty()}};
  if (!problem.empty()) answer["error"] = plain(problem);
  return {base::to_json(answer)};
}

std::vector<std::string> encode_file_refused(const std::string& problem) {
  return {base::to_json(
      json::object{{"model_saved", false}, {"model_loaded", false}, {"error", plain(problem)}})};
}

}  // namespace sluice::serve::zmq
