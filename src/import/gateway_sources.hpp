// The orchestrator's connectors as cameras of stations.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "import/value.hpp"

namespace sluice::import {

/// Name and source of each camera, by the pipeline that it feeds.
using GatewayFeeds = std::map<std::string, std::vector<boost::json::object>>;

[[nodiscard]] GatewayFeeds gateway_feeds(const Value& connectors);

/// The URL of a broker from host, port, username and password of a mapping called `name`; user and
/// password become variables of the environment.
[[nodiscard]] std::string broker_url(const Value& options, const std::string& name);

}  // namespace sluice::import
