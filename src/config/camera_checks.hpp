// What must fit together within one camera of a station.
#pragma once

#include <string>

#include "config/config.hpp"
#include "config/document.hpp"
#include "config/reader.hpp"

namespace sluice::config {

/// Checks the source, the graph of the steps and the rules of `station`'s camera `index` against
/// the models and, where their files can be read, their labels. `node` is the station's, and the
/// reader is at it.
void check_camera(const Node& node, const StationConfig& station, std::size_t index,
                  const Config& config, Reader& reader);

/// What is wrong with a broker's URL, which may have a user and a password; empty: nothing.
[[nodiscard]] std::string broker_problem(const std::string& url);

/// Reports a problem at a path below the station's node.
void report_below(const Node& station, Reader& reader, const std::string& path,
                  const std::string& message);

}  // namespace sluice::config
