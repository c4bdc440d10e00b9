// Percent-encoding of URLs (RFC 3986).
#pragma once

#include <string>
#include <string_view>

namespace sluice::store {

/// Everything but letters, digits and "-._~" as %XX; "/" stays where `keep_slash`.
[[nodiscard]] std::string percent_encode(std::string_view text, bool keep_slash = false);

}  // namespace sluice::store
