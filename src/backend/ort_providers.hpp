// ONNX Runtime's execution providers: their names, and how each is asked for.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <onnxruntime_cxx_api.h>

#include "backend/model_options.hpp"
#include "base/result.hpp"

namespace sluice::backend {

/// Checks the names in `providers` and `provider_options`. Errors (invalid): an empty list, an
/// unknown or repeated name, options of a provider that is not listed or takes none.
base::Status check_providers(const ModelOptions& options);

/// Whether the name means the CPU provider, which every build has.
bool is_cpu_provider(std::string_view name);

/// The short name of one of ONNX Runtime's ("CUDAExecutionProvider": "cuda").
std::string short_provider_name(std::string_view runtime_name);

/// Adds a provider other than the CPU's. Error (unsupported): this build of ONNX Runtime does not
/// have it, or its library does not load; the message names the remedy.
base::Status append_provider(Ort::SessionOptions& session_options, const std::string& name,
                             const std::map<std::string, std::string>& settings);

}  // namespace sluice::backend
