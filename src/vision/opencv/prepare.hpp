// Parts of images as model inputs.
#pragma once

#include "base/result.hpp"
#include "tensor/tensor.hpp"
#include "vision/box.hpp"
#include "vision/image.hpp"
#include "vision/preprocess_options.hpp"

namespace sluice::vision::opencv {

/// As Decoder::prepare.
base::Result<tensor::Tensor> prepare(const Image& image, const Box& region,
                                     const PreprocessOptions& options);

}  // namespace sluice::vision::opencv
