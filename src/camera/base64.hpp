// Binary data in text (RFC 4648, section 4).
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sluice::camera {

/// Line breaks and spaces are skipped, and so is a prefix "data:TYPE;base64,". Error (invalid): a
/// character that does not belong there, a text cut off.
base::Result<std::string> decode_base64(std::string_view text);

}  // namespace sluice::camera
