// Messages for network clients, who need not know how the machine's folders are laid out.
#pragma once

#include <string>
#include <string_view>

namespace sluice::serve {

/// `text` with the last part only of every file path in it: "cannot load '/opt/models/a.onnx'"
/// becomes "cannot load 'a.onnx'".
[[nodiscard]] std::string without_paths(std::string_view text);

}  // namespace sluice::serve
