// Rules about several sections of a configuration.
#pragma once

#include "config/config.hpp"
#include "config/reader.hpp"

namespace sluice::config {

/// Names of models, of tasks and of compared variants are unique.
void check_names(const Node& root, Config& config, Reader& reader);

/// Names turn into indices: tasks' models and degrade_to, with no circle of the latter. Slots of
/// models exist.
void resolve_references(const Node& root, Config& config, Reader& reader);

/// What `serve.zmq` detects with is a task for clients, or a model, and gives boxes.
void check_zmq(const Node& root, Config& config, Reader& reader);

/// The tasks' min_share together are at most 1.
void check_shares(const Node& root, Config& config, Reader& reader);

}  // namespace sluice::config
