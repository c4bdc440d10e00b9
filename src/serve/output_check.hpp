// Whether a model can give the outputs that a client names: asked before it runs for nothing.
#pragma once

#include <span>

#include "backend/model_info.hpp"
#include "base/result.hpp"
#include "serve/request.hpp"

namespace sluice::serve {

/// Errors (invalid): an output that the model does not have, or classes of one whose type has no
/// order.
base::Status check_outputs(const backend::ModelInfo& model, std::span<const WantedOutput> wanted);

}  // namespace sluice::serve
