#include "serve/zmq/class_numbers.hpp"

#include <algorithm>
#include <charconv>

#include "vision/labels.hpp"

namespace sluice::serve::zmq {
namespace {

constexpr int kMostNumber = 100'000;
constexpr std::string_view kBlanks = " \t";

base::Result<ClassNumbers> number(const std::vector<std::string>& lines, std::string_view name) {
  ClassNumbers numbers;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string_view label = lines[i];
    int value = static_cast<int>(i);
    int given = 0;
    const auto* end = label.data() + label.size();
    const auto [rest, error] = std::from_chars(label.data(), end, given);
    const auto after =
        label.find_first_not_of(kBlanks, static_cast<std::size_t>(rest - label.data()));
    const bool blank = rest != end && kBlanks.find(*rest) != std::string_view::npos;
    if (rest != label.data() && blank && after != std::string_view::npos) {
      if (error != std::errc() || given < 0 || given > kMostNumber) {
        return base::fail(base::ErrorCode::invalid, "{}:{}: the number is not within 0..{}", name,
                          i + 1, kMostNumber);
      }
      value = given;
      label.remove_prefix(after);
    }
    numbers.try_emplace(std::string(label), value);
  }
  return numbers;
}

}  // namespace

base::Result<ClassNumbers> parse_label_map(std::string_view text, std::string_view name) {
  const auto lines = vision::parse_labels(text, name);
  if (!lines) return tl::unexpected(lines.error());
  return number(*lines, name);
}

base::Result<ClassNumbers> read_label_map(const std::string& path) {
  const auto lines = vision::read_labels(path);
  if (!lines) return tl::unexpected(lines.error());
  return number(*lines, path);
}

}  // namespace sluice::serve::zmq
