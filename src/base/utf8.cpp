#include "base/utf8.hpp"

namespace sluice::base {

std::size_t utf8_length(std::string_view text) {
  const auto at = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned>(static_cast<unsigned char>(text[i])) : 0u;
  };
  const auto between = [](unsigned x, unsigned low, unsigned high) {
    return x >= low && x <= high;
  };
  const unsigned a = at(0);
  if (a < 0x80) {
    return 1;
  }
  if (between(a, 0xC2, 0xDF)) {
    return between(at(1), 0x80, 0xBF) ? 2 : 0;
  }
  if (between(a, 0xE0, 0xEF)) {
    const unsigned low = a == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = a == 0xED ? 0x9F : 0xBF;
    return between(at(1), low, high) && between(at(2), 0x80, 0xBF) ? 3 : 0;
  }
  if (between(a, 0xF0, 0xF4)) {
    const unsigned low = a == 0xF0 ? 0x90 : 0x80;
    const unsigned high = a == 0xF4 ? 0x8F : 0xBF;
    return between(at(1), low, high) && between(at(2), 0x80, 0xBF) && between(at(3), 0x80, 0xBF)
               ? 4
               : 0;
  }
  return 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length > 0) {
      out += text.substr(0, length);
    } else {
      out += kReplacementCharacter;
    }
    text.remove_prefix(length > 0 ? length : 1);
  }
  return out;
}

}  // namespace sluice::base
