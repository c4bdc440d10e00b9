// A loaded .onnx file: the session, and what is known of it.
#pragma once

#include <memory>
#include <vector>

#include <onnxruntime_cxx_api.h>

#include "backend/model_info.hpp"
#include "backend/model_options.hpp"
#include "base/result.hpp"

namespace sluice::backend {

/// Fixed after loading, except that runs use `session`, which several threads may do at once.
struct OrtSession {
  Ort::Session session{nullptr};
  ModelInfo info;
  /// Pointers into info.
  std::vector<const char*> input_names;
  std::vector<const char*> output_names;
  /// Whether several instances can use the session without being slower or waiting for each
  /// other: it has neither threads nor a device of its own.
  bool shareable = false;
};

/// Loads the file on the first provider in order that this machine can offer. Errors name the
/// file, why each provider was refused, and the remedy.
base::Result<std::shared_ptr<OrtSession>> open_session(const ModelOptions& options);

}  // namespace sluice::backend
