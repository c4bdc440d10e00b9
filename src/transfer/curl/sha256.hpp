// The digest that signed requests carry of their body.
#pragma once

#include <string>
#include <string_view>

namespace sluice::transfer::curl {

/// 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256(std::string_view bytes);

}  // namespace sluice::transfer::curl
