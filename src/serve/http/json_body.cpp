#include "serve/http/json_body.hpp"

#include <bit>
#include <charconv>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value_stack.hpp>

namespace sluice::serve::http {
namespace {

namespace json = boost::json;
using json::error_code;
using json::string_view;
using Kind = FlatData::Kind;

/// Boost's own conversion may be off by the last bit.
double exactly(double fast, string_view text) {
  double value = fast;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc() ? value : fast;
}

/// Receives the events of the parser: passes them to a value_stack, but for what is inside of
/// inputs[*].data.
class BodyHandler {
 public:
  constexpr static std::size_t max_object_size = std::size_t(-1);
  constexpr static std::size_t max_array_size = std::size_t(-1);
  constexpr static std::size_t max_key_size = std::size_t(-1);
  constexpr static std::size_t max_string_size = std::size_t(-1);

  BodyHandler() { stack_.reset(); }

  InferDocument release() { return {stack_.release(), std::move(data_)}; }
  [[nodiscard]] const std::string& problem() const { return problem_; }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }

  bool on_object_begin(error_code& error) {
    if (nesting_ > 0) return refuse(error);
    ++depth_;
    return true;
  }
  bool on_object_end(std::size_t size, error_code&) {
    --depth_;
    stack_.push_object(size);
    return true;
  }
  bool on_array_begin(error_code&) {
    if (nesting_ > 0) {
      ++nesting_;
    } else if (at_data()) {
      nesting_ = 1;
      data_.emplace_back();
    } else {
      ++depth_;
    }
    return true;
  }
  bool on_array_end(std::size_t size, error_code&) {
    if (nesting_ == 0) {
      --depth_;
      stack_.push_array(size);
    } else if (--nesting_ == 0) {
      stack_.push_uint64(data_.size() - 1);
    }
    return true;
  }

  bool on_key_part(string_view part, std::size_t, error_code&) {
    key_.append(part.data(), part.size());
    stack_.push_chars(part);
    return true;
  }
  bool on_key(string_view part, std::size_t, error_code&) {
    key_.append(part.data(), part.size());
    stack_.push_key(part);
    if (depth_ == 1) in_inputs_ = key_ == "inputs";
    if (depth_ == 3) data_key_ = key_ == "data";
    key_.clear();
    return true;
  }

  bool on_string_part(string_view part, std::size_t, error_code&) {
    if (nesting_ > 0) {
      text_.append(part.data(), part.size());
    } else {
      stack_.push_chars(part);
    }
    return true;
  }
  bool on_string(string_view part, std::size_t, error_code&) {
    if (nesting_ == 0) {
      stack_.push_string(part);
      return true;
    }
    text_.append(part.data(), part.size());
    auto& texts = data_.back().texts;
    add(Kind::text, texts.size());
    texts.push_back(std::move(text_));
    text_.clear();
    return true;
  }

  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t value, string_view, error_code& error) {
    if (nesting_ > 0) {
      add(value < 0 ? Kind::negative : Kind::natural, static_cast<std::uint64_t>(value));
      return true;
    }
    if (at_data()) return refuse(error);
    stack_.push_int64(value);
    return true;
  }
  bool on_uint64(std::uint64_t value, string_view, error_code& error) {
    if (nesting_ > 0) {
      add(Kind::natural, value);
      return true;
    }
    if (at_data()) return refuse(error);
    stack_.push_uint64(value);
    return true;
  }
  bool on_double(double value, string_view text, error_code&) {
    if (nesting_ > 0) {
      add(Kind::real, std::bit_cast<std::uint64_t>(exactly(value, text)));
    } else {
      stack_.push_double(value);
    }
    return true;
  }
  bool on_bool(bool value, error_code&) {
    if (nesting_ > 0) {
      add(Kind::boolean, value ? 1 : 0);
    } else {
      stack_.push_bool(value);
    }
    return true;
  }
  bool on_null(error_code& error) {
    if (nesting_ > 0) return refuse(error);
    stack_.push_null();
    return true;
  }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  /// The next value is that of inputs[i].data.
  [[nodiscard]] bool at_data() const { return depth_ == 3 && in_inputs_ && data_key_; }
  void add(Kind kind, std::uint64_t bits) {
    data_.back().bits.push_back(bits);
    data_.back().kinds.push_back(kind);
  }
  bool refuse(error_code& error) {
    problem_ =
        "`data` of an input must be an array, nested or flat, of numbers, strings or "
        "booleans";
    error = json::error::syntax;
    return false;
  }

  json::value_stack stack_;
  std::vector<FlatData> data_;
  std::string key_;
  std::string text_;
  std::string problem_;
  int depth_ = 0;    ///< of containers outside of `data`
  int nesting_ = 0;  ///< of arrays inside of `data`
  bool in_inputs_ = false;
  bool data_key_ = false;
};

json::parse_options options(std::uint32_t depth) {
  json::parse_options result;
  result.max_depth = depth;
  return result;
}

base::Error not_json(const error_code& error, std::size_t at) {
  return {base::ErrorCode::invalid,
          fmt::format("the body is not valid JSON: {} at byte {}", error.message(), at)};
}

}  // namespace

base::Result<InferDocument> parse_infer_document(std::string_view text, std::uint32_t depth) {
  json::basic_parser<BodyHandler> parser(options(depth));
  error_code error;
  std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (!error && used < text.size()) error = json::error::extra_data;
  if (!parser.handler().problem().empty()) {
    return base::fail(base::ErrorCode::invalid, "{}", parser.handler().problem());
  }
  if (error) return tl::unexpected(not_json(error, used));
  return parser.handler().release();
}

base::Result<json::object> parse_object(std::string_view text, std::uint32_t depth) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return json::object();
  error_code error;
  json::value value = json::parse({text.data(), text.size()}, error, {}, options(depth));
  if (error)
    return base::fail(base::ErrorCode::invalid, "the body is not valid JSON: {}", error.message());
  if (!value.is_object()) {
    return base::fail(base::ErrorCode::invalid, "the body must be a JSON object");
  }
  return std::move(value.as_object());
}

}  // namespace sluice::serve::http
