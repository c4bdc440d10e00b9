// What the service knows about models, in the words of the Open Inference Protocol.
#pragma once

#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "serve/service.hpp"

namespace sluice::serve::http {

boost::json::object server_metadata(const ServerInfo& info);
boost::json::object model_metadata(const ModelDescription& model);
/// The model configuration extension, as far as it is true here: the shapes include the batch.
boost::json::object model_config(const ModelDescription& model);
/// The statistics extension.
boost::json::object model_statistics(const std::vector<ModelStatistics>& models);
/// The repository extension.
boost::json::array repository_index(const std::vector<ModelStatus>& models, bool only_ready);

}  // namespace sluice::serve::http
