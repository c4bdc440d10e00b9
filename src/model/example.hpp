// Inputs to try a model with.
#pragma once

#include "backend/backend.hpp"
#include "base/result.hpp"

namespace sluice::model {

/// One request's inputs of the model's types and shapes, filled with zeros (strings: empty).
/// Dynamic dimensions come from ModelOptions::example_shapes, or are 1. Errors (invalid): an
/// example shape for an input that the model does not have, or that does not fit it.
base::Result<backend::Tensors> example_inputs(const backend::ModelInfo& info,
                                              const backend::ModelOptions& options);

/// Whether example_inputs() guesses: some size other than that of a first axis, which any number
/// of rows may have, is known neither from the model nor from ModelOptions::example_shapes.
bool guesses_sizes(const backend::ModelInfo& info, const backend::ModelOptions& options);

}  // namespace sluice::model
