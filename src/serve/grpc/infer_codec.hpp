// Inference messages to and from what the service takes and gives.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <inference.pb.h>

#include "base/result.hpp"
#include "serve/net/options.hpp"
#include "serve/request.hpp"
#include "serve/service.hpp"

namespace sluice::serve::grpc {

/// The request that a message asks for. Its tensors borrow the message's raw contents and keep it
/// alive. Errors: a malformed tensor or parameter, raw and typed contents mixed (invalid).
base::Result<InferRequest> decode(
    const std::shared_ptr<const inference::ModelInferRequest>& message, const net::Limits& limits);

/// Fills `response` with the reply's result: the outputs that `request` names, or all of them.
/// Where classification is asked for, `service` tells the labels. Errors (invalid): an output
/// that the model does not have or that cannot be classified.
base::Status encode(const InferReply& reply, const inference::ModelInferRequest& request,
                    const Service& service, inference::ModelInferResponse& response);

}  // namespace sluice::serve::grpc
