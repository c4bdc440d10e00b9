// Any message of a recorder: what it is taken for has the bytes it says, and is an image or not.
// Input: the number of parts that follow the header, a byte; the header, a line; the parts, of
// about the same size.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "serve/zmq/detector_message.hpp"
#include "serve/zmq/picture_image.hpp"

namespace {

using namespace sluice;

void check(const serve::zmq::Picture& picture) {
  const auto bytes = tensor::byte_count(picture.dtype, picture.shape);
  if (!bytes || *bytes != picture.data.bytes.size()) std::abort();
  const auto image = serve::zmq::to_image(picture, serve::ZmqOptions::Color::rgb);
  if (!image) return;
  if (image->pixels().size() != picture.data.bytes.size() || image->empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::span<const std::byte> rest(reinterpret_cast<const std::byte*>(data), size);
  std::vector<messaging::Part> parts;
  if (!rest.empty()) {
    const auto more = static_cast<std::size_t>(rest[0]) % 4;
    rest = rest.subspan(1);
    std::size_t line = 0;
    while (line < rest.size() && rest[line] != std::byte{'\n'}) ++line;
    parts.push_back({rest.first(line), nullptr});
    rest = rest.subspan(line == rest.size() ? line : line + 1);
    for (std::size_t i = 0; i < more; ++i) {
      const auto part = i + 1 == more ? rest.size() : rest.size() / (more - i);
      parts.push_back({rest.first(part), nullptr});
      rest = rest.subspan(part);
    }
  }
  const auto request = serve::zmq::parse_request(parts, {});
  if (!request) {
    if (request.error().message.empty()) std::abort();
    serve::Refusal refusal;
    refusal.message = request.error().message;
    const auto answer = serve::zmq::encode_refusal(refusal);
    for (const char character : answer[0]) {
      if (character < 0x20 || character > 0x7E) std::abort();
    }
    return 0;
  }
  if (const auto* picture = std::get_if<serve::zmq::Picture>(&*request)) check(*picture);
  return 0;
}
