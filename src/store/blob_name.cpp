#include <algorithm>

#include "store/blob_store.hpp"

namespace sluice::store {

base::Status check_name(std::string_view name) {
  constexpr std::size_t kLongestName = 1000;
  constexpr std::size_t kLongestPart = 200;
  const auto wrong = [name](std::string_view what) {
    return base::fail(base::ErrorCode::invalid, "'{}' cannot name a blob: {}", name, what);
  };
  if (name.empty()) return wrong("it is empty");
  if (name.size() > kLongestName) {
    return base::fail(base::ErrorCode::invalid,
                      "a name of {} bytes cannot name a blob: at most {} are allowed", name.size(),
                      kLongestName);
  }
  const bool strange = std::ranges::any_of(name, [](char c) {
    return c == '\\' || c == '\x7f' || static_cast<unsigned char>(c) < 0x20;
  });
  if (strange) return wrong("it has a backslash or a control character");
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string_view part = name.substr(begin, end - begin);
    if (part.empty()) return wrong("a part of it is empty");
    if (part.front() == '.') return wrong("a part of it begins with '.'");
    if (part.size() > kLongestPart) return wrong("a part of it is longer than 200 bytes");
    begin = end + 1;
  }
  return {};
}

}  // namespace sluice::store
