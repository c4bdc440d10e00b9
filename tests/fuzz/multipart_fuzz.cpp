// Any form through its parser: what it gives lies within the text, in order, and has names.
// Input: the Content-Type, a line; the body.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "serve/http/multipart.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const auto type = all.substr(0, all.find('\n'));
  const auto body = all.substr(type.size() == all.size() ? type.size() : type.size() + 1);
  static_cast<void>(sluice::serve::http::is_multipart(type));
  const auto parts = sluice::serve::http::parse_multipart(type, body);
  if (!parts) {
    if (parts.error().message.empty()) std::abort();
    return 0;
  }
  const char* at = body.data();
  for (const auto& part : *parts) {
    if (part.name.empty()) std::abort();
    if (part.body.data() < at) std::abort();
    at = part.body.data() + part.body.size();
  }
  if (at > body.data() + body.size()) std::abort();
  return 0;
}
