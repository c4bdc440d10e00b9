#include "vision/labels.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace sluice::vision {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t";

bool is_control(char character) {
  const auto byte = static_cast<unsigned char>(character);
  return (byte < 0x20 && byte != '\t') || byte == 0x7F;
}

std::string_view trim(std::string_view line) {
  const auto first = line.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return line;
  return line.substr(first, line.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

base::Result<std::vector<std::string>> parse_labels(std::string_view text, std::string_view name) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<std::string> labels;
  std::size_t empty_line = 0;  // the first since the last label
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (std::ranges::any_of(line, is_control)) {
      return base::fail(base::ErrorCode::invalid,
                        "{}:{}: has a control character; labels are lines of text", name, number);
    }
    if (line.empty()) {
      if (empty_line == 0) empty_line = number;
      continue;
    }
    if (empty_line != 0) {
      return base::fail(base::ErrorCode::invalid,
                        "{}:{}: is empty; every line names a class, also one that is never used",
                        name, empty_line);
    }
    labels.emplace_back(trim(line));
  }
  if (labels.empty()) {
    return base::fail(base::ErrorCode::invalid, "{}: has no labels; it wants one a line", name);
  }
  return labels;
}

base::Result<std::vector<std::string>> read_labels(const std::string& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  // One byte more than allowed tells that there are too many, whatever size the file claims.
  std::string text(kMaxLabelsBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad()) {
    return base::fail(base::ErrorCode::io, "{}: cannot be read: {}", path, std::strerror(errno));
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kMaxLabelsBytes) {
    return base::fail(base::ErrorCode::invalid, "{}: has more than {} MiB: not a file of labels",
                      path, kMaxLabelsBytes >> 20);
  }
  return parse_labels(text, path);
}

}  // namespace sluice::vision
