#include "camera/payload.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include "camera/base64.hpp"
#include "camera/image_sample.hpp"

namespace sluice::camera {
namespace {

using base::ErrorCode;
namespace json = boost::json;

base::Result<float> to_float(const json::value& value, std::string_view where) {
  boost::system::error_code error;
  const auto number = value.to_number<double>(error);
  if (error) return base::fail(ErrorCode::invalid, "{} is not a number", where);
  const auto narrow = static_cast<float>(number);
  if (!std::isfinite(narrow)) {
    return base::fail(ErrorCode::invalid, "{} is too large for a 32-bit float", where);
  }
  return narrow;
}

base::Result<Values> from_array(const json::array& array) {
  Values values;
  values.reserve(array.size());
  for (std::size_t i = 0; i < array.size(); ++i) {
    const auto value = to_float(array[i], fmt::format("element {}", i));
    if (!value) return tl::unexpected(value.error());
    values.push_back(*value);
  }
  if (values.empty()) return base::fail(ErrorCode::invalid, "the array has no numbers");
  return values;
}

base::Result<Values> all_numbers(const json::object& object) {
  std::map<std::string_view, const json::value*> sorted;
  for (const auto& member : object) {
    if (member.value().is_number()) sorted.emplace(member.key(), &member.value());
  }
  Values values;
  for (const auto& [key, number] : sorted) {
    const auto value = to_float(*number, fmt::format("'{}'", key));
    if (!value) return tl::unexpected(value.error());
    values.push_back(*value);
  }
  if (values.empty()) return base::fail(ErrorCode::invalid, "no member of the object is a number");
  return values;
}

base::Result<Values> numbers_of(const json::object& object, const std::vector<std::string>& keys) {
  Values values;
  for (const std::string& key : keys) {
    const json::value* found = object.if_contains(key);
    if (found == nullptr) return base::fail(ErrorCode::invalid, "it has no '{}'", key);
    const auto value = to_float(*found, fmt::format("'{}'", key));
    if (!value) return tl::unexpected(value.error());
    values.push_back(*value);
  }
  return values;
}

base::Result<json::value> parse_json(std::string_view payload) {
  boost::system::error_code error;
  auto value = json::parse(payload, error);
  if (error) return base::fail(ErrorCode::invalid, "it is not JSON: {}", error.message());
  return value;
}

base::Result<Values> from_json(std::string_view payload, const std::vector<std::string>& keys) {
  const auto value = parse_json(payload);
  if (!value) return tl::unexpected(value.error());
  if (const auto* object = value->if_object()) {
    return keys.empty() ? all_numbers(*object) : numbers_of(*object, keys);
  }
  if (!keys.empty()) {
    return base::fail(ErrorCode::invalid, "it is not an object, so it has no '{}'", keys.front());
  }
  if (const auto* array = value->if_array()) return from_array(*array);
  const auto number = to_float(*value, "the value");
  if (!number) return tl::unexpected(number.error());
  return Values{*number};
}

base::Result<Values> from_floats(std::string_view bytes) {
  if (bytes.empty() || bytes.size() % sizeof(float) != 0) {
    return base::fail(ErrorCode::invalid,
                      "it is neither a JSON array nor 32-bit floats: it has {} bytes",
                      bytes.size());
  }
  Values values;
  values.reserve(bytes.size() / sizeof(float));
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(float)) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < sizeof(float); ++i) {
      bits |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
    }
    const auto value = std::bit_cast<float>(bits);
    if (!std::isfinite(value)) {
      return base::fail(ErrorCode::invalid, "number {} is not finite", values.size());
    }
    values.push_back(value);
  }
  return values;
}

// As the last byte of a float, "]" would be that of a number near 1e18: no sensor's.
bool looks_like_json_array(std::string_view payload) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = payload.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return false;
  return payload[first] == '[' && payload[payload.find_last_not_of(kSpace)] == ']';
}

base::Result<Values> from_either(std::string_view payload) {
  return looks_like_json_array(payload) ? from_json(payload, {}) : from_floats(payload);
}

template <class T>
base::Result<Content> content(base::Result<T> parsed) {
  if (!parsed) return tl::unexpected(std::move(parsed.error()));
  return Content(std::move(*parsed));
}

}  // namespace

base::Result<Content> parse_payload(std::string_view payload, const PayloadOptions& options) {
  using Format = PayloadOptions::Format;
  switch (options.format) {
    case Format::image:
      return Content(std::string(payload));
    case Format::base64:
      return content(decode_base64(payload));
    case Format::json:
      return content(from_json(payload, options.keys));
    case Format::array:
      return content(from_either(payload));
  }
  return base::fail(ErrorCode::internal, "an unknown format of payloads");
}

base::Result<Sample> payload_sample(std::string name, base::Time captured, std::string_view payload,
                                    const PayloadOptions& options, const vision::Decoder* decoder) {
  auto parsed = parse_payload(payload, options);
  if (!parsed) return tl::unexpected(base::with_context(name, std::move(parsed.error())));
  if (auto* values = std::get_if<Values>(&*parsed)) {
    return Sample{std::move(name), captured, std::move(*values)};
  }
  return image_sample(std::move(name), captured, std::get<std::string>(std::move(*parsed)),
                      *decoder);
}

}  // namespace sluice::camera
