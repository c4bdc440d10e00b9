// What the user says about a model.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "simulate/service.hpp"
#include "tensor/shape.hpp"

namespace sluice::backend {

/// What a synthetic model does instead of inference. The rates are shares of batches, 0 to 1,
/// and exclude each other: together 1 at most.
struct SyntheticOptions {
  /// sleep: waits, using no CPU. spin: uses that much CPU time of its thread, and so takes
  /// longer on a busy machine, as real inference does.
  enum class Mode : std::uint8_t { sleep, spin };
  Mode mode = Mode::sleep;
  simulate::ServiceOptions service;
  double failure_rate = 0;      ///< batches that fail after their time
  double hang_rate = 0;         ///< batches that never end until cancelled
  double throw_rate = 0;        ///< batches that throw after their time, against the contract
  double wrong_shape_rate = 0;  ///< batches whose outputs are not of the declared shape
  std::uint64_t seed = 1;       ///< instance i draws from a stream of its own

  friend bool operator==(const SyntheticOptions&, const SyntheticOptions&) = default;
};

/// One model of a run, as configured.
struct ModelOptions {
  std::string name;
  std::string backend = "onnxruntime";  ///< onnxruntime | synthetic
  std::string path;                     ///< model file; unused by `synthetic`
  /// Execution providers in order of preference: cpu, cuda, tensorrt, openvino, ... or ONNX
  /// Runtime's own names. The first one this machine can offer is taken; cpu must be listed to
  /// be a fallback. Parts of the network that the taken provider cannot run go to the providers
  /// listed after it, and at last to the CPU; ModelInfo::provider_nodes tells.
  std::vector<std::string> providers{"cpu"};
  /// Options per provider, passed on by name (for example tensorrt: trt_fp16_enable: "1",
  /// trt_engine_cache_enable: "1", trt_engine_cache_path: FOLDER). cpu has none.
  std::map<std::string, std::map<std::string, std::string>> provider_options;
  std::uint32_t threads = 1;  ///< intra-op threads of an instance
  /// Whether idle intra-op threads spin: a little faster where cores are to spare, and a waste of
  /// other models' time where they are not. Without effect for threads: 1.
  bool spin = false;
  std::uint32_t instances = 1;  ///< batches that may run at the same time
  /// Requests per batch, joined along the first axis. > 1 needs a dynamic first axis on every
  /// input and output.
  std::uint32_t max_batch = 1;
  /// Warm-up runs per batch size before it is ready. 0: no warm-up, and no profile.
  std::uint32_t warmup = 1;
  /// Sizes to use for dynamic dimensions in warm-up and synthetic inputs, by input name
  /// (first axis included). Inputs not named: dynamic dimensions count as 1.
  std::map<std::string, tensor::Shape> example_shapes;
  SyntheticOptions synthetic;

  friend bool operator==(const ModelOptions&, const ModelOptions&) = default;
};

}  // namespace sluice::backend
