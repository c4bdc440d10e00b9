// Version 1 of the TCP protocol on arbitrary bytes, as the server and as a client read them. What
// was accepted must be possible to write again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

#include "serve/tcp/frame_v1.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice::serve;
  const auto frame = std::as_bytes(std::span(data, size));
  const auto request = tcp::v1::decode_request(frame, nullptr, {});
  if (request && request->problem.empty()) {
    for (const auto& input : request->inputs) {
      if (input.data().size() > size) std::abort();
    }
    if (!tcp::v1::encode_request(request->model, request->inputs)) std::abort();
  }
  const auto response = tcp::v1::decode_response(frame);
  if (response) {
    std::size_t total = 0;
    for (const auto& output : response->outputs) total += output.size();
    if (total > size) std::abort();
  }
  return 0;
}
