// What must fit together within and between stations.
#pragma once

#include "config/config.hpp"
#include "config/document.hpp"
#include "config/reader.hpp"

namespace sluice::config {

/// Checks one station against the models: its cameras, triggers, actions and the item's rule.
/// `node` is the station's, and the reader is at it.
void check_station(const Node& node, const StationConfig& station, const Config& config,
                   Reader& reader);

/// Reads the stations of `station_files` behind those of the file itself, and checks all of them.
/// Problems in those files name them.
void read_stations(const Node& root, Config& config, Reader& reader);

/// A station out of its own text; `path` is its file. nullopt: `problems` has grown.
[[nodiscard]] std::optional<StationConfig> read_station_text(std::string_view text,
                                                             const std::string& path,
                                                             const Config& config,
                                                             Problems& problems);

/// A model's post-processing with the labels of its file. Errors name the file.
[[nodiscard]] base::Result<vision::post::PostProcess> load_postprocess(const ModelConfig& model);

/// The labels that a model's steps can give; empty: not known. `post` as loaded.
[[nodiscard]] std::vector<std::string> labels_of(const vision::post::PostProcess& post);

}  // namespace sluice::config
