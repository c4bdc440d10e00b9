#include "vision/post/post_process.hpp"

#include <type_traits>

namespace sluice::vision::post {

base::Status check(const PostProcess& options) {
  return std::visit([](const auto& which) { return check(which); }, options);
}

base::Status fit(const PostProcess& options, std::span<const tensor::TensorInfo> outputs) {
  return std::visit([outputs](const auto& which) { return fit(which, outputs); }, options);
}

base::Result<std::vector<Object>> decode(const PostProcess& options,
                                         std::span<const tensor::Tensor> outputs,
                                         const Transform& transform) {
  return std::visit(
      [&]<class Which>(const Which& which) {
        constexpr bool kHasBoxes = std::is_same_v<Which, YoloOptions> ||
                                   std::is_same_v<Which, SsdOptions> ||
                                   std::is_same_v<Which, TextRegionsOptions>;
        if constexpr (kHasBoxes) {
          return decode(which, outputs, transform);
        } else {
          return decode(which, outputs);
        }
      },
      options);
}

}  // namespace sluice::vision::post
