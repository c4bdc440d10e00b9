// Whether bytes are text.
#pragma once

#include <string_view>

namespace sluice::serve::http {

/// Whether `bytes` are well-formed UTF-8.
[[nodiscard]] bool is_utf8(std::string_view bytes);

}  // namespace sluice::serve::http
