// Any body of an inference request: refused with a message, or inputs that are consistent.
// Input: the number of bytes that are JSON, and a newline ("-": all); the body.
#include <charconv>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "serve/http/infer_request.hpp"
#include "serve/http/infer_response.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace http = sluice::serve::http;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto newline = text.find('\n');
  if (newline == std::string_view::npos) return 0;
  std::optional<std::size_t> json_bytes;
  std::size_t number = 0;
  if (std::from_chars(text.data(), text.data() + newline, number).ec == std::errc()) {
    json_bytes = number;
  }
  const auto body = std::make_shared<const std::string>(text.substr(newline + 1));
  auto call = http::read_infer(body, json_bytes, sluice::serve::net::Limits());
  if (!call) {
    require(!call.error().message.empty());
    return 0;
  }
  for (const auto& input : call->request.inputs) {
    require(!input.name().empty());
    require(sluice::tensor::element_count(input.shape()).value() == input.elements());
  }
  // The inputs as outputs, the way they were asked for.
  sluice::serve::InferReply reply;
  reply.outputs = call->request.inputs;
  const auto response =
      http::write_infer(std::move(reply), call->outputs, call->binary_outputs, {});
  require(response ? response->size() > 0 : !response.error().message.empty());
  return 0;
}
