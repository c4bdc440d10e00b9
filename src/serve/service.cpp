#include "serve/service.hpp"

#include <algorithm>

namespace sluice::serve {

bool has_batch_axis(const ModelDescription& model) {
  const auto free_rows = [](const backend::TensorInfo& info) {
    return !info.any_rank && !info.shape.empty() && info.shape.front() == -1;
  };
  return model.max_batch > 1 && std::ranges::all_of(model.info.inputs, free_rows) &&
         std::ranges::all_of(model.info.outputs, free_rows);
}

const char* to_string(ModelState state) {
  switch (state) {
    case ModelState::loading:
      return "LOADING";
    case ModelState::ready:
      return "READY";
    case ModelState::unloading:
      return "UNLOADING";
    case ModelState::unavailable:
      return "UNAVAILABLE";
  }
  return "UNKNOWN";
}

}  // namespace sluice::serve
