// Topics and filters (MQTT 3.1.1, section 4.7).
#pragma once

#include <string_view>

#include "base/result.hpp"

namespace sluice::mqtt {

/// Errors (invalid): empty, too long, a wildcard or a zero byte in it.
base::Status check_topic(std::string_view topic);
/// Errors (invalid): empty, too long, a zero byte, a wildcard that is not a level of its own, a '#'
/// that is not the last.
base::Status check_filter(std::string_view filter);
/// Both have passed their checks. A wildcard at the start does not match topics that begin with
/// '$', which are the broker's own.
[[nodiscard]] bool matches(std::string_view filter, std::string_view topic);

}  // namespace sluice::mqtt
