#include "camera/base64.hpp"

#include <memory>

#include <openssl/evp.h>

namespace sluice::camera {

base::Result<std::string> decode_base64(std::string_view text) {
  constexpr std::string_view kMark = ";base64,";
  constexpr int kLargest = 1 << 28;
  if (text.starts_with("data:")) {
    const std::size_t mark = text.find(kMark);
    if (mark == std::string_view::npos) {
      return base::fail(base::ErrorCode::invalid, "its data: has no ;base64,");
    }
    text.remove_prefix(mark + kMark.size());
  }
  if (text.size() > kLargest) {
    return base::fail(base::ErrorCode::invalid, "a base64 text of {} bytes is too long",
                      text.size());
  }
  // OpenSSL takes "-" for the end of the text, and whatever follows for nothing.
  const bool ends_early = text.find('-') != std::string_view::npos;

  const std::unique_ptr<EVP_ENCODE_CTX, decltype(&EVP_ENCODE_CTX_free)> context(
      EVP_ENCODE_CTX_new(), &EVP_ENCODE_CTX_free);
  std::string bytes(3 * (text.size() / 4 + 1), '\0');
  auto* out = reinterpret_cast<unsigned char*>(bytes.data());
  int decoded = 0;
  int last = 0;
  EVP_DecodeInit(context.get());
  const int status = EVP_DecodeUpdate(context.get(), out, &decoded,
                                      reinterpret_cast<const unsigned char*>(text.data()),
                                      static_cast<int>(text.size()));
  if (ends_early || status < 0 || EVP_DecodeFinal(context.get(), out + decoded, &last) != 1) {
    return base::fail(base::ErrorCode::invalid, "it is not base64, or cut off");
  }
  bytes.resize(static_cast<std::size_t>(decoded + last));
  return bytes;
}

}  // namespace sluice::camera
