// Compressed bodies.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sluice::serve::http {

/// Of gzip or zlib data, `most` bytes at most. Errors: not such data (invalid), more
/// (unavailable: what is too large for this server).
base::Result<std::string> decompress(std::string_view data, std::size_t most);

/// As gzip.
[[nodiscard]] std::string compress(std::string_view data);

/// Whether the field Accept-Encoding names gzip and does not rule it out.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

}  // namespace sluice::serve::http
