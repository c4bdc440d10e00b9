// What the service says of models, as messages.
#pragma once

#include <inference.pb.h>

#include "serve/service.hpp"

namespace sluice::serve::grpc {

void encode(const ModelDescription& model, inference::ModelMetadataResponse& response);
/// The configuration that clients need to form requests: names, types, shapes, batching.
void encode(const ModelDescription& model, inference::ModelConfig& config);
void encode(const ModelStatistics& statistics, inference::ModelStatistics& message);
void encode(const ModelStatus& status, inference::RepositoryIndexResponse::ModelIndex& message);

}  // namespace sluice::serve::grpc
