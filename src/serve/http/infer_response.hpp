// Bodies of answers to inference requests.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "serve/http/infer_request.hpp"
#include "serve/http/message.hpp"

namespace sluice::serve::http {

using Labels = std::map<std::string, std::vector<std::string>>;

/// `reply` must be one that went well; `outputs` are as the client chose them (InferCall). Errors
/// (invalid): an output that is not there, one that JSON cannot carry, or classes of strings.
base::Result<Response> write_infer(InferReply reply, const std::vector<OutputChoice>& outputs,
                                   bool binary_outputs, const Labels& labels);

}  // namespace sluice::serve::http
