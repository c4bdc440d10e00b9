#include "serve/output_check.hpp"

#include <algorithm>

#include "serve/classification.hpp"

namespace sluice::serve {

using base::ErrorCode;
using base::fail;

base::Status check_outputs(const backend::ModelInfo& model, std::span<const WantedOutput> wanted) {
  for (const WantedOutput& output : wanted) {
    const auto found = std::ranges::find(model.outputs, output.name, &backend::TensorInfo::name);
    if (found == model.outputs.end()) {
      return fail(ErrorCode::invalid,
                  "the model has no output '{}'; its metadata lists those that it has",
                  output.name);
    }
    if (output.classes > 0 && !can_classify(found->dtype)) {
      return fail(ErrorCode::invalid,
                  "output '{}': cannot classify {}; FP32, FP64 or an integer type is needed",
                  output.name, tensor::to_string(found->dtype));
    }
  }
  return {};
}

}  // namespace sluice::serve
