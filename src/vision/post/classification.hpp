// The class of a whole image or crop.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "tensor/tensor.hpp"
#include "tensor/tensor_info.hpp"
#include "vision/object.hpp"
#include "vision/post/scores.hpp"

namespace sluice::vision::post {

struct ClassificationOptions {
  std::string output{};  ///< name of the model's output; empty: its only one
  Scores scores = Scores::probabilities;
  /// Names of the classes, in the model's order; empty: the classes are called by their numbers.
  std::vector<std::string> labels{};
  int top_k = 1;              ///< how many classes are told, the best first; at least 1
  float score_threshold = 0;  ///< lowest score of a class that is told, 0..1
};

/// Checks the options alone. Errors (invalid) name the value and what it may be.
base::Status check(const ClassificationOptions& options);

/// Whether a model with these outputs (-1: a size that is not known yet) suits the options. Errors
/// (invalid) name the output, what is wanted and what is there: as find_output(); more than one
/// axis with several elements ([1,C], [C] and [1,C,1,1] are right); another number of classes than
/// labels.
base::Status fit(const ClassificationOptions& options, std::span<const tensor::TensorInfo> outputs);

/// The best classes as objects without a box, best first; of equal scores, the lower index first.
/// Errors (invalid): as fit(); scores that are not finite or, declared as probabilities, none.
/// Thread-safe.
base::Result<std::vector<Object>> decode(const ClassificationOptions& options,
                                         std::span<const tensor::Tensor> outputs);

}  // namespace sluice::vision::post
