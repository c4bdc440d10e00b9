#include "backend/ort_providers.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <unordered_map>
#include <vector>

#include "backend/ort_environment.hpp"
#include "base/text.hpp"

namespace sluice::backend {

using base::ErrorCode;
using base::fail;

namespace {

constexpr std::string_view kSuffix = "ExecutionProvider";

struct Provider {
  std::string_view name;     ///< ours
  std::string_view runtime;  ///< ONNX Runtime's, without the suffix
  std::string_view append;   ///< what AppendExecutionProvider() calls it
};

constexpr std::array<Provider, 12> kProviders{{
    {"cpu", "CPU", ""},
    {"cuda", "CUDA", ""},
    {"tensorrt", "Tensorrt", ""},
    {"openvino", "OpenVINO", "OpenVINO"},
    {"coreml", "CoreML", "CoreML"},
    {"xnnpack", "Xnnpack", "XNNPACK"},
    {"qnn", "QNN", "QNN"},
    {"webgpu", "WebGpu", "WebGPU"},
    {"migraphx", "MIGraphX", "MIGraphX"},
    {"nvtensorrtrtx", "NvTensorRTRTX", "NvTensorRtRtx"},
    {"vitisai", "VitisAI", "VitisAI"},
    {"directml", "Dml", "DML"},
}};

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::string_view without_suffix(std::string_view name) {
  if (name.size() > kSuffix.size() && name.ends_with(kSuffix)) name.remove_suffix(kSuffix.size());
  return name;
}

const Provider* find_known(std::string_view name) {
  const std::string wanted = lower(without_suffix(name));
  const auto* found = std::ranges::find_if(kProviders, [&wanted](const Provider& provider) {
    return provider.name == wanted || lower(provider.runtime) == wanted;
  });
  return found == kProviders.end() ? nullptr : found;
}

bool is_available(std::string_view name) {
  if (!ort_environment()) return false;
  const Provider* known = find_known(name);
  const std::string wanted = lower(known != nullptr ? known->runtime : without_suffix(name));
  return std::ranges::any_of(Ort::GetAvailableProviders(), [&wanted](const std::string& offered) {
    return lower(without_suffix(offered)) == wanted;
  });
}

base::Status check_name(const std::string& name) {
  if (find_known(name) != nullptr || is_available(name)) return {};
  std::vector<std::string> known;
  known.reserve(kProviders.size());
  for (const Provider& provider : kProviders) known.emplace_back(provider.name);
  return fail(ErrorCode::invalid, "unknown execution provider '{}'{}", name,
              base::suggestion(name, "providers", known));
}

std::string offered_providers() {
  std::vector<std::string> names;
  for (const std::string& offered : Ort::GetAvailableProviders()) {
    names.push_back(short_provider_name(offered));
  }
  return base::join(names);
}

void append(Ort::SessionOptions& session_options, const std::string& name,
            const std::map<std::string, std::string>& settings) {
  const std::unordered_map<std::string, std::string> values(settings.begin(), settings.end());
  const Provider* known = find_known(name);
  const std::string_view which = known != nullptr ? known->name : "";
  if (which == "cuda") {
    Ort::CUDAProviderOptions cuda;
    cuda.Update(values);
    session_options.AppendExecutionProvider_CUDA_V2(*cuda);
  } else if (which == "tensorrt") {
    Ort::TensorRTProviderOptions tensorrt;
    tensorrt.Update(values);
    session_options.AppendExecutionProvider_TensorRT_V2(*tensorrt);
  } else {
    session_options.AppendExecutionProvider(
        known != nullptr ? std::string(known->append) : std::string(without_suffix(name)), values);
  }
}

}  // namespace

base::Status check_providers(const ModelOptions& options) {
  if (options.providers.empty()) {
    return fail(ErrorCode::invalid, "no execution provider is listed; list at least cpu");
  }
  for (const std::string& name : options.providers) {
    if (auto known = check_name(name); !known) return known;
    if (std::ranges::count(options.providers, name) > 1) {
      return fail(ErrorCode::invalid, "execution provider '{}' is listed more than once", name);
    }
  }
  for (const auto& [name, settings] : options.provider_options) {
    if (std::ranges::find(options.providers, name) == options.providers.end()) {
      return fail(ErrorCode::invalid,
                  "provider_options are given for '{}', which is not among the providers {}; list "
                  "it, or remove its options",
                  name, base::join(options.providers));
    }
    if (is_cpu_provider(name) && !settings.empty()) {
      return fail(ErrorCode::invalid, "provider '{}' has no options, so '{}' cannot be set", name,
                  settings.begin()->first);
    }
  }
  return {};
}

bool is_cpu_provider(std::string_view name) {
  const Provider* known = find_known(name);
  return known != nullptr && known->name == "cpu";
}

std::string short_provider_name(std::string_view runtime_name) {
  const Provider* known = find_known(runtime_name);
  return known != nullptr ? std::string(known->name) : lower(without_suffix(runtime_name));
}

base::Status append_provider(Ort::SessionOptions& session_options, const std::string& name,
                             const std::map<std::string, std::string>& settings) {
  if (!is_available(name)) {
    return fail(ErrorCode::unsupported,
                "this ONNX Runtime ({}) was built without it and offers {}; install a build that "
                "has it, and give its folder to CMake as ONNXRUNTIME_ROOT",
                ort_version(), offered_providers());
  }
  try {
    append(session_options, name, settings);
    return {};
  } catch (const Ort::Exception& exception) {
    return fail(ErrorCode::unsupported,
                "{}; check its options, that its library (libonnxruntime_providers_*.so) lies "
                "beside libonnxruntime.so, and that the driver and the libraries it needs are "
                "installed",
                ort_error(exception).message);
  }
}

}  // namespace sluice::backend
