// Bodies of inference requests: JSON, or JSON followed by binary tensors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "serve/net/options.hpp"
#include "serve/request.hpp"

namespace sluice::serve::http {

/// How the client wants one output.
struct OutputChoice {
  std::string name;
  bool binary = false;
  std::uint32_t classes = 0;  ///< of the classification extension; 0: the tensor itself
};

struct InferCall {
  InferRequest request;               ///< without model, version and trace context
  std::vector<OutputChoice> outputs;  ///< empty: all
  bool binary_outputs = false;        ///< for outputs that are not named
};

/// `json_bytes`: the field Inference-Header-Content-Length; nullopt: the whole body is JSON.
/// Binary inputs borrow from `body`. Errors (invalid) name the part of the body.
base::Result<InferCall> read_infer(const std::shared_ptr<const std::string>& body,
                                   std::optional<std::size_t> json_bytes,
                                   const net::Limits& limits);

}  // namespace sluice::serve::http
