#include "backend/backend.hpp"

#include <array>

#include "base/text.hpp"

namespace sluice::backend {

base::Result<std::unique_ptr<Backend>> make_backend(const std::string& name) {
  if (name == "onnxruntime") return make_onnxruntime_backend();
  if (name == "synthetic") return make_synthetic_backend();
  static const std::array<std::string, 2> known{"onnxruntime", "synthetic"};
  return base::fail(base::ErrorCode::invalid, "unknown backend '{}'{}", name,
                    base::suggestion(name, "backends", known));
}

}  // namespace sluice::backend
