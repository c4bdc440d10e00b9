#include "serve/http/utf8.hpp"

#include <bit>
#include <cstdint>

namespace sluice::serve::http {

bool is_utf8(std::string_view bytes) {
  constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};  // by length: no overlong ones
  while (!bytes.empty()) {
    const auto first = static_cast<std::uint8_t>(bytes.front());
    const int ones = std::countl_one(first);
    const std::size_t length = ones == 0 ? 1 : static_cast<std::size_t>(ones);
    if (ones == 1 || ones > 4 || length > bytes.size()) return false;
    std::uint32_t code = ones == 0 ? first : first & (0x7fu >> ones);
    for (const char c : bytes.substr(1, length - 1)) {
      const auto next = static_cast<std::uint8_t>(c);
      if ((next & 0xc0) != 0x80) return false;
      code = code << 6 | (next & 0x3f);
    }
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    if ((length > 1 && code < smallest[length]) || surrogate || code > 0x10ffff) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

}  // namespace sluice::serve::http
