// Models of the gateway's server.
#pragma once

#include <string>

#include "import/target.hpp"
#include "import/value.hpp"

namespace sluice::import {

/// What a model is. models.yaml says nothing about it: told by the functions of the pipeline that
/// uses it, or else by its name, as the gateway's own clients do.
enum class GatewayFamily { unknown, classifier, yolo, ssd, numbers };

[[nodiscard]] GatewayFamily family_of(const std::string& model, const std::string& preprocess,
                                      const std::string& postprocess);

/// Adds a model to the target: one of models.yaml, or (`model` absent) one that only a pipeline
/// names, at `where`.
void add_gateway_model(const std::string& id, const Value& model, const Value& where,
                       GatewayFamily family, Target& target);

/// The section `serve` from `server`.
[[nodiscard]] boost::json::object gateway_serve(const Value& server);

}  // namespace sluice::import
