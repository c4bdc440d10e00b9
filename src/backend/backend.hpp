// What executes a model. A Backend loads a model file into Instances; an Instance runs one
// batch at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "backend/cancel_token.hpp"
#include "backend/model_info.hpp"
#include "backend/model_options.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "tensor/tensor.hpp"

namespace sluice::backend {

/// Inputs or outputs of one request.
using Tensors = std::vector<tensor::Tensor>;

/// One loaded copy of a model. run() is called by one thread at a time; info(), check() and
/// expected_time() by any thread, also during run().
class Instance {
 public:
  virtual ~Instance() = default;
  [[nodiscard]] virtual const ModelInfo& info() const = 0;

  /// Runs `batch` (one Tensors per request, inputs in any order) along the first axis and returns
  /// one Tensors per request in the same order, outputs in the order of info(). Outputs of one
  /// batch may share memory, and stay valid after the instance is gone. A request may have
  /// several rows; it gets as many back. Errors: inputs that do not fit the model or, in their
  /// other dimensions, each other (invalid, naming input, wanted and given shape); failure of the
  /// runtime (internal); cancellation (unavailable). Must not throw.
  virtual base::Result<std::vector<Tensors>> run(std::span<const Tensors> batch,
                                                 CancelToken& cancel) = 0;

  /// Checks one request's inputs without running it.
  [[nodiscard]] virtual base::Status check(const Tensors& inputs) const = 0;

  /// Mean time of a batch of `size` requests where it is known without measuring; nullopt:
  /// measure it.
  [[nodiscard]] virtual std::optional<base::Duration> expected_time(std::uint32_t size) const {
    static_cast<void>(size);
    return std::nullopt;
  }

  /// Whether run() only computes: it waits for no device, file or peer, so it cannot hang.
  [[nodiscard]] virtual bool only_computes() const { return false; }
};

/// Loads instances. Not thread-safe; instances may outlive it.
class Backend {
 public:
  virtual ~Backend() = default;
  /// Loads one instance. Instances that one Backend object loads from equal options may share
  /// what never changes (weights). Errors name the model, the file and the remedy. Must not throw.
  virtual base::Result<std::unique_ptr<Instance>> load(const ModelOptions& options) = 0;
};

/// Runs .onnx files.
std::unique_ptr<Backend> make_onnxruntime_backend();

/// Runs nothing, for as long as SyntheticOptions say, and fails as they say. A synthetic model
/// declares an input "x" and an output "y", both FP32 [-1,1], but takes any inputs (even none);
/// every row of "y" is the nominal time of its batch in milliseconds.
std::unique_ptr<Backend> make_synthetic_backend();

/// By ModelOptions::backend. Error (invalid): an unknown name, with the known ones.
base::Result<std::unique_ptr<Backend>> make_backend(const std::string& name);

}  // namespace sluice::backend
