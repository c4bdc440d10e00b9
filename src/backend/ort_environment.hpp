// The one ONNX Runtime environment of the process.
#pragma once

#include <string>

#include <onnxruntime_cxx_api.h>

#include "base/result.hpp"

namespace sluice::backend {

/// The environment, made on first use and kept until the process ends, so that tensors may
/// outlive everything else. Its log goes to the program's log. The library is loaded for it: no
/// other call of ONNX Runtime may come earlier. Errors (unsupported): the library is not there, or
/// older than the headers of the build. Thread-safe.
base::Result<Ort::Env*> ort_environment();

/// The version of the library that was loaded, for example "1.22.0"; after ort_environment().
std::string ort_version();

/// An error with the runtime's own message, on one line.
base::Error ort_error(const Ort::Exception& exception);

}  // namespace sluice::backend
