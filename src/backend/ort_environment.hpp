// The one ONNX Runtime environment of the process.
#pragma once

#include <onnxruntime_cxx_api.h>

#include "base/result.hpp"

namespace sluice::backend {

/// The environment, made on first use and kept until the process ends, so that tensors may
/// outlive everything else. Its log goes to the program's log. Error (unsupported): the library
/// found at run time is older than the headers of the build. Thread-safe.
base::Result<Ort::Env*> ort_environment();

/// An error with the runtime's own message, on one line.
base::Error ort_error(const Ort::Exception& exception);

}  // namespace sluice::backend
