// Bodies of several parts, as browsers and HTTP libraries send files: multipart/form-data (RFC
// 7578).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace sluice::serve::http {

struct FormPart {
  std::string name;       ///< of the field
  std::string filename;   ///< empty: none
  std::string_view body;  ///< of the text that was parsed
};

/// Is it such a type?
[[nodiscard]] bool is_multipart(std::string_view content_type);

/// The parts in their order. Errors (invalid): no boundary in the type, a body that does not keep
/// to it, a part without a name, more than 64 parts.
base::Result<std::vector<FormPart>> parse_multipart(std::string_view content_type,
                                                    std::string_view body);

}  // namespace sluice::serve::http
