// Files of edge-infer-gateway: models.yaml of its server, pipelines.yaml of its orchestrator.
#pragma once

#include <span>

#include "import/target.hpp"
#include "import/value.hpp"

namespace sluice::import {

[[nodiscard]] bool is_gateway_models(const Value& document);
[[nodiscard]] bool is_gateway_pipelines(const Value& document);

/// Adds the models, the listeners, and a station for each pipeline to the target.
void import_gateway(std::span<const Value> documents, Target& target);

}  // namespace sluice::import
