// The orchestrator's agents and their actions.
#pragma once

#include <string>

#include <boost/json/array.hpp>

#include "import/value.hpp"

namespace sluice::import {

struct GatewayReaction {
  boost::json::array rules;    ///< of the camera
  boost::json::array actions;  ///< of the station
};

/// What the agents named at `names` do about what the step `step` found; empty: there is no model.
/// `agents` and `actions` are the mappings of the file.
[[nodiscard]] GatewayReaction gateway_reaction(const Value& names, const Value& agents,
                                               const Value& actions, const std::string& step);

}  // namespace sluice::import
