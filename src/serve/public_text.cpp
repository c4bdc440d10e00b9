#include "serve/public_text.hpp"

#include <algorithm>

namespace sluice::serve {
namespace {

/// What ends a path in a sentence.
constexpr std::string_view kBreaks = " \t\r\n'\"`()[]{}<>,;:=|";

/// Whether a word with a slash is a path, and not "requests/s" or "N/A".
bool is_path(std::string_view word) {
  const auto last = word.rfind('/');
  if (last == std::string_view::npos || word.size() == 1) return false;
  return word.front() == '/' || word.front() == '.' || word.front() == '~' ||
         std::ranges::count(word, '/') > 1 || word.find('.', last) != std::string_view::npos;
}

std::string_view last_part(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

std::string without_paths(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(kBreaks), text.size());
    const auto word = text.substr(0, end);
    // What follows the scheme of a URL names a machine, and not a file here.
    const bool url = out.ends_with(':') && word.starts_with("//");
    out += !url && is_path(word) ? last_part(word) : word;
    if (end < text.size()) out += text[end];
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace sluice::serve
