#include "backend/ort_environment.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <spdlog/spdlog.h>

#include "base/shared_library.hpp"

namespace sluice::backend {
namespace {

// What matters comes back as an error value; the runtime's own account of it is for debugging.
void ORT_API_CALL log_message(void* /*user*/, OrtLoggingLevel severity, const char* /*category*/,
                              const char* /*log_id*/, const char* /*location*/,
                              const char* message) {
  const auto level =
      severity == ORT_LOGGING_LEVEL_FATAL ? spdlog::level::critical : spdlog::level::debug;
  spdlog::log(level, "onnxruntime: {}", message);
}

const OrtApiBase* api_base = nullptr;

base::Result<Ort::Env*> make_environment() {
  const auto function = base::load_function("libonnxruntime.so.1", "OrtGetApiBase");
  if (!function) return tl::unexpected(base::with_context("ONNX Runtime", function.error()));
  api_base = reinterpret_cast<decltype(&OrtGetApiBase)>(*function)();
  const OrtApi* api = api_base->GetApi(ORT_API_VERSION);
  if (api == nullptr) {
    return base::fail(base::ErrorCode::unsupported,
                      "ONNX Runtime {} is older than the headers this program was built with (API "
                      "{}); install a newer library, or build against the installed one",
                      ort_version(), ORT_API_VERSION);
  }
  Ort::InitApi(api);
  try {
    return new Ort::Env(ORT_LOGGING_LEVEL_WARNING, "sluice", log_message, nullptr);
  } catch (const Ort::Exception& exception) {
    return tl::unexpected(base::with_context("cannot start ONNX Runtime", ort_error(exception)));
  }
}

}  // namespace

base::Result<Ort::Env*> ort_environment() {
  static const base::Result<Ort::Env*> environment = make_environment();
  return environment;
}

std::string ort_version() {
  return api_base->GetVersionString();
}

base::Error ort_error(const Ort::Exception& exception) {
  std::string message = exception.what();
  // Errors that passed through a provider begin with a place in the runtime's source code and go
  // on with "[ONNXRuntimeError] : <number> : <NAME> : <what a user needs>".
  constexpr std::string_view kMark = "[ONNXRuntimeError] : ";
  if (const std::size_t mark = message.find(kMark); mark != std::string::npos) {
    std::size_t begin = mark + kMark.size();
    for (int field = 0; field < 2; ++field) {
      const std::size_t end = message.find(" : ", begin);
      if (end != std::string::npos) begin = end + 3;
    }
    message.erase(0, begin);
  }
  std::ranges::replace(message, '\n', ' ');
  while (!message.empty() && message.back() == ' ') message.pop_back();
  return {base::ErrorCode::internal, std::move(message)};
}

}  // namespace sluice::backend
