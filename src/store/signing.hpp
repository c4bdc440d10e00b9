// What signed requests are made of.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sluice::store {

/// Bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view text);

/// With padding (RFC 4648, section 4).
[[nodiscard]] std::string base64(std::string_view bytes);
/// For URLs, without padding (section 5).
[[nodiscard]] std::string base64_url(std::string_view bytes);
/// Error (invalid): not base64; the text is not repeated.
base::Result<std::string> from_base64(std::string_view text);

/// The signature RS256 (RSA PKCS #1 v1.5 with SHA-256). Error (invalid): not a private key of RSA
/// in PEM; the key is not repeated.
base::Result<std::string> rs256(std::string_view private_key_pem, std::string_view text);

}  // namespace sluice::store
