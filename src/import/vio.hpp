// Files of the VIO edge orchestrator: stations with a models_graph (2024 and 2025), or with
// pipeline_steps (2026), and the inventory of models.
#pragma once

#include <span>

#include "import/target.hpp"
#include "import/value.hpp"

namespace sluice::import {

[[nodiscard]] bool is_vio_inventory(const Value& document);
[[nodiscard]] bool is_vio_station(const Value& document);

/// Adds the stations and the models that they use to the target; without a station, all models.
void import_vio(std::span<const Value> documents, Target& target);

}  // namespace sluice::import
