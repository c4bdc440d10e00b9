// ModelStreamInfer: many inferences in one call.
#pragma once

#include <grpcpp/support/server_callback.h>
#include <inference.pb.h>

#include "serve/grpc/open_streams.hpp"
#include "serve/grpc/server.hpp"

namespace sluice::serve::grpc {

using InferStreamReactor =
    ::grpc::ServerBidiReactor<inference::ModelInferRequest, inference::ModelStreamInferResponse>;

/// Starts a stream: answers in the order of the requests, `limits.pipelined` requests in progress
/// at most (then it stops reading). The reactor deletes itself.
InferStreamReactor* start_infer_stream(const ServerContext& server, const net::Limits& limits,
                                       OpenStreams& streams, ::grpc::CallbackServerContext& call);

}  // namespace sluice::serve::grpc
