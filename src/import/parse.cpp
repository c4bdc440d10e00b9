#include "import/parse.hpp"

#include <algorithm>
#include <charconv>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/stream_parser.hpp>
#include <yaml-cpp/yaml.h>

#include "base/units.hpp"

namespace sluice::import {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;

constexpr std::size_t kMaxBytes = 4u << 20;
constexpr std::size_t kMaxDepth = 32;
constexpr std::size_t kMaxValues = 100'000;

base::Result<json::value> parse_json(const Input& input) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::stream_parser parser({}, options);
  json::error_code error;
  const auto used = parser.write_some(input.text, error);
  const std::string_view read(input.text.data(), std::min(used, input.text.size()));
  const auto line = 1 + std::count(read.begin(), read.end(), '\n');
  if (!error && input.text.find_first_not_of(" \t\r\n", used) != std::string::npos) {
    return fail(ErrorCode::invalid, "{}:{}: something follows the JSON text; remove it", input.path,
                line);
  }
  if (!error && !parser.done()) error = json::error::incomplete;
  if (error) {
    return fail(ErrorCode::invalid, "{}:{}: is not JSON: {}", input.path, line, error.message());
  }
  return parser.release();
}

json::value plain_scalar(const std::string& text) {
  if (text == "true" || text == "True") return true;
  if (text == "false" || text == "False") return false;
  std::int64_t whole = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, whole);
  if (error == std::errc{} && rest == end) return whole;
  // Quotients are a number to Sluice, but a text to YAML.
  if (text.find('/') == std::string::npos) {
    if (const auto number = base::parse_number(text)) return *number;
  }
  return json::string(text);
}

/// From yaml-cpp's nodes; aliases become copies.
class Converter {
 public:
  explicit Converter(const std::string& file) : file_(file) {}

  base::Result<json::value> convert(const YAML::Node& node, std::size_t depth = 1) {
    if (depth > kMaxDepth) return refuse(node, "is nested more than 32 levels deep");
    if (++values_ > kMaxValues) return refuse(node, "the file has more than 100000 values");
    if (node.IsSequence()) {
      json::array out;
      for (const auto& item : node) {
        auto value = convert(item, depth + 1);
        if (!value) return value;
        out.push_back(std::move(*value));
      }
      return json::value(std::move(out));
    }
    if (node.IsMap()) {
      json::object out;
      for (const auto& entry : node) {
        if (!entry.first.IsScalar()) return refuse(entry.first, "a key must be a plain word");
        auto value = convert(entry.second, depth + 1);
        if (!value) return value;
        if (out.contains(entry.first.Scalar())) {
          return refuse(entry.first, fmt::format("the key \"{}\" is there twice; remove one",
                                                 entry.first.Scalar()));
        }
        out.emplace(entry.first.Scalar(), std::move(*value));
      }
      return json::value(std::move(out));
    }
    if (!node.IsScalar()) return json::value(nullptr);
    // yaml-cpp's tag of a quoted scalar.
    if (node.Tag() == "!") return json::value(json::string(node.Scalar()));
    return plain_scalar(node.Scalar());
  }

 private:
  [[nodiscard]] base::Result<json::value> refuse(const YAML::Node& node,
                                                 std::string_view message) const {
    return fail(ErrorCode::invalid, "{}:{}: {}", file_, node.Mark().line + 1, message);
  }

  const std::string& file_;
  std::size_t values_ = 0;
};

base::Result<json::value> parse_yaml(const Input& input) {
  try {
    return Converter(input.path).convert(YAML::Load(input.text));
  } catch (const YAML::Exception& error) {
    return fail(ErrorCode::invalid, "{}:{}: is not YAML: {}", input.path, error.mark.line + 1,
                error.msg);
  }
}

}  // namespace

base::Result<json::value> parse(const Input& input) {
  if (input.text.size() > kMaxBytes) {
    return fail(ErrorCode::invalid, "{}: is larger than 4 MiB, which no configuration is",
                input.path);
  }
  const auto first = input.text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return fail(ErrorCode::invalid, "{}: is empty", input.path);
  const bool is_json = input.text[first] == '{' || input.text[first] == '[';
  auto parsed = is_json ? parse_json(input) : parse_yaml(input);
  if (parsed && !parsed->is_object()) {
    return fail(ErrorCode::invalid,
                "{}:1: must be a mapping, as the files of VIO and of "
                "edge-infer-gateway are",
                input.path);
  }
  return parsed;
}

}  // namespace sluice::import
