// Does the declared pre-processing give what the model takes?
#pragma once

#include <string>

#include "base/result.hpp"
#include "tensor/tensor.hpp"
#include "vision/preprocess_options.hpp"

namespace sluice::vision {

/// Completes `options` for a model's image input: its name, and width and height where the model
/// fixes them. Errors name the input, what it wants and the option that would give it: not four
/// dimensions, a fixed batch above 1, another dtype, number of channels or size, and dynamic
/// sizes that the options leave open (unless resize is none: then each image keeps its own).
base::Result<PreprocessOptions> fit(PreprocessOptions options, const std::string& input,
                                    tensor::DType dtype, const tensor::Shape& shape,
                                    Notation notation = Notation::config);

}  // namespace sluice::vision
