#include "serve/http/multipart.hpp"

#include <algorithm>
#include <optional>

#include <boost/beast/http/rfc7230.hpp>

namespace sluice::serve::http {
namespace {

namespace beast = boost::beast;
using base::ErrorCode;

constexpr std::size_t kMostParts = 64;
constexpr std::size_t kLongestBoundary = 70;  // RFC 2046
constexpr std::string_view kLineEnd = "\r\n";

/// Whether they differ at most in the case of ASCII letters. (beast::iequals() reads a byte too
/// far.)
bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// A parameter of a field's value: of `form-data; name="image"`, name.
std::optional<std::string> parameter(std::string_view value, std::string_view name) {
  const auto first = value.find(';');
  if (first == std::string_view::npos) return std::nullopt;
  const auto rest = value.substr(first);
  for (const auto& one : beast::http::param_list({rest.data(), rest.size()})) {
    if (same_word({one.first.data(), one.first.size()}, name)) {
      return std::string(one.second.data(), one.second.size());  // without its quotes
    }
  }
  return std::nullopt;
}

base::Result<FormPart> parse_part(std::string_view text) {
  const auto end = text.find("\r\n\r\n");
  // A part without fields would begin with the empty line.
  if (end == std::string_view::npos) {
    return base::fail(ErrorCode::invalid, "a part of the multipart body has no header");
  }
  FormPart part;
  part.body = text.substr(end + 4);
  std::string_view header = text.substr(0, end);
  while (!header.empty()) {
    const auto line = header.substr(0, header.find(kLineEnd));
    header.remove_prefix(std::min(header.size(), line.size() + kLineEnd.size()));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    if (!same_word(line.substr(0, colon), "Content-Disposition")) continue;
    const auto value = trimmed(line.substr(colon + 1));
    part.name = parameter(value, "name").value_or("");
    part.filename = parameter(value, "filename").value_or("");
  }
  if (part.name.empty()) {
    return base::fail(ErrorCode::invalid, "a part of the multipart body has no name");
  }
  return part;
}

}  // namespace

bool is_multipart(std::string_view content_type) {
  const auto type = trimmed(content_type.substr(0, content_type.find(';')));
  return same_word(type, "multipart/form-data");
}

base::Result<std::vector<FormPart>> parse_multipart(std::string_view content_type,
                                                    std::string_view body) {
  const auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > kLongestBoundary) {
    return base::fail(ErrorCode::invalid, "the Content-Type names no boundary");
  }
  const std::string delimiter = "\r\n--" + *boundary;
  // The first one needs no line end before it.
  std::string_view rest = body;
  if (rest.starts_with(std::string_view(delimiter).substr(2))) {
    rest.remove_prefix(delimiter.size() - 2);
  } else {
    const auto first = rest.find(delimiter);
    if (first == std::string_view::npos) {
      return base::fail(ErrorCode::invalid, "the multipart body does not contain its boundary");
    }
    rest.remove_prefix(first + delimiter.size());
  }
  std::vector<FormPart> parts;
  while (!rest.starts_with("--")) {
    const auto line = rest.find(kLineEnd);
    const auto next = rest.find(delimiter);
    if (line == std::string_view::npos || next == std::string_view::npos || next < line ||
        !trimmed(rest.substr(0, line)).empty()) {
      return base::fail(ErrorCode::invalid, "the multipart body ends in the middle of a part");
    }
    if (parts.size() == kMostParts) {
      return base::fail(ErrorCode::invalid, "the multipart body has more than {} parts",
                        kMostParts);
    }
    const auto begin = line + kLineEnd.size();
    auto part = parse_part(begin <= next ? rest.substr(begin, next - begin) : std::string_view());
    if (!part) return tl::unexpected(part.error());
    parts.push_back(std::move(*part));
    rest.remove_prefix(next + delimiter.size());
  }
  return parts;
}

}  // namespace sluice::serve::http
