// Refusals as gRPC knows them: a status code, a message, and trailing metadata for programs.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <grpcpp/support/status.h>

#include "serve/request.hpp"

namespace sluice::serve::grpc {

::grpc::StatusCode code_of(Status status);

/// "RESOURCE_EXHAUSTED", ...: the code's name in the protocol.
const char* name_of(::grpc::StatusCode code);

::grpc::Status status_of(const Refusal& refusal);

/// What programs read, without what is not known: `sluice-reason`, `sluice-decision`,
/// `sluice-protects`, `retry-after-ms`, and `sluice-numbers` (JSON).
std::vector<std::pair<std::string, std::string>> details_of(const Refusal& refusal);

}  // namespace sluice::serve::grpc
