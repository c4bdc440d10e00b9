// One inference as the Open Inference Protocol's REST has it, for `sluice infer`.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "cli/http_client.hpp"
#include "vision/preprocess_options.hpp"

namespace sluice::cli {

/// What fills the inputs, and how the request counts.
struct InferWishes {
  std::map<std::string, std::string> files;  ///< raw little-endian elements, by input
  std::string image;                         ///< image file for the only input; empty: none
  vision::PreprocessOptions preprocess;
  std::uint32_t top = 0;  ///< classes per output; 0: the outputs themselves
  std::uint64_t priority = 0;
  double deadline_ms = 0;  ///< 0: the task's latency budget
  std::string task;        ///< empty: the model's default one
};

/// The request to POST to `target` for a model with this metadata (GET /v2/models/MODEL). Inputs
/// that nothing fills are zeros, dynamic dimensions 1. Errors: an input that is not there, a file
/// of another size than the input, an image that does not fit.
[[nodiscard]] base::Result<HttpRequest> make_infer_request(const boost::json::object& metadata,
                                                           const InferWishes& wishes,
                                                           const std::string& target);

}  // namespace sluice::cli
