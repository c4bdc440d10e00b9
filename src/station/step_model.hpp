// What a step's model takes, and what its outputs mean.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "backend/model_info.hpp"
#include "base/result.hpp"
#include "camera/sample.hpp"
#include "graph/runner.hpp"
#include "tensor/shape.hpp"
#include "vision/post/post_process.hpp"
#include "vision/preprocess_options.hpp"

namespace sluice::station {

/// What a step's model takes.
enum class Takes : std::uint8_t {
  images,
  numbers,   ///< [1,N] of a sensor
  anything,  ///< a synthetic model, which does not look
};

/// A step's model as the station uses it. Thread-safe for reading.
struct StepModel {
  std::string input;                     ///< name of the model's input
  vision::PreprocessOptions preprocess;  ///< complete for that input; unused for numbers
  vision::post::PostProcess post;
  Takes takes = Takes::images;
  tensor::Shape shape{};  ///< anything: what it is given zeros of
};

/// One for each step, in the order of the plan.
using StepModels = std::vector<StepModel>;

/// Checks pre- and post-processing against the model. Errors (invalid) name the input or output and
/// the remedy.
base::Result<StepModel> bind(const vision::PreprocessOptions& preprocess,
                             const vision::post::PostProcess& post,
                             const backend::ModelInfo& model);

/// One sample as the steps' models take it. Thread-safe.
class SampleImage final : public graph::ItemImage {
 public:
  SampleImage(camera::Sample sample, std::shared_ptr<const StepModels> models)
      : sample_(std::move(sample)), models_(std::move(models)) {}

  /// Of numbers: 1 x 1.
  [[nodiscard]] graph::ImageSize size() const override;
  [[nodiscard]] base::Result<graph::Prepared> prepare(std::size_t step,
                                                      const vision::Box& region) const override;

 private:
  camera::Sample sample_;
  std::shared_ptr<const StepModels> models_;
};

}  // namespace sluice::station
