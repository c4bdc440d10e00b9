// Version 2 of the TCP protocol on arbitrary bytes, as the server and as a client read them. What
// was accepted, written again, must read as the same bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

#include "serve/tcp/frame_v2.hpp"

namespace {

using namespace sluice::serve;

template <class Decode, class Message>
void check(Decode decode, const Message& message) {
  const auto once = tcp::v2::encode(message).flat();
  const auto again = decode(std::as_bytes(std::span(once)));
  if (!again || tcp::v2::encode(*again).flat() != once) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto frame = std::as_bytes(std::span(data, size));
  const auto as_server = [](std::span<const std::byte> bytes) {
    return tcp::v2::decode_client(bytes, nullptr, {});
  };
  const auto as_client = [](std::span<const std::byte> bytes) {
    return tcp::v2::decode_server(bytes, nullptr, {});
  };
  if (const auto message = as_server(frame)) check(as_server, *message);
  if (const auto message = as_client(frame)) check(as_client, *message);
  return 0;
}
