// The cutting of a byte stream into frames, whatever the bytes and the pieces they come in: the
// same frames as when they come all at once.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "serve/tcp/inbox.hpp"

namespace {

using sluice::serve::tcp::Inbox;

std::vector<std::string> cut(std::span<const std::uint8_t> bytes, std::size_t most_at_once) {
  constexpr std::uint64_t kMost = 1 << 16;
  Inbox inbox;
  std::vector<std::string> frames;
  for (;;) {
    auto next = inbox.next(kMost);
    for (; next == Inbox::Next::frame; next = inbox.next(kMost)) {
      const auto frame = inbox.take();
      frames.emplace_back(reinterpret_cast<const char*>(frame.memory.get()), frame.size);
    }
    if (next == Inbox::Next::malformed || next == Inbox::Next::too_large || bytes.empty()) {
      return frames;
    }
    const auto room = inbox.room();
    if (room.empty()) std::abort();
    const auto size = std::min({room.size(), bytes.size(), most_at_once});
    std::memcpy(room.data(), bytes.data(), size);
    inbox.filled(size);
    bytes = bytes.subspan(size);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = std::size_t{1} + data[0];
  const std::span bytes(data + 1, size - 1);
  if (cut(bytes, piece) != cut(bytes, bytes.size() + 1)) std::abort();
  return 0;
}
