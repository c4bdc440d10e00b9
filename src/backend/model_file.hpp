// Looks at a model file before a runtime does, to say plainly what is wrong with it.
#pragma once

#include <string>

#include "base/result.hpp"

namespace sluice::backend {

/// Errors: no path (invalid); missing (not_found); a folder, empty, or a Git LFS pointer in place
/// of the file (invalid); not readable (io). The messages name the path and the remedy.
base::Status check_model_file(const std::string& path);

}  // namespace sluice::backend
