// What the server for Frigate's detector needs of a configuration.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "config/config.hpp"
#include "serve/zmq/detection.hpp"

namespace sluice::cli {

/// The models that give boxes, and the label map. Without `serve.zmq`: nothing. Errors name the
/// file of labels that cannot be read.
[[nodiscard]] base::Result<std::shared_ptr<const serve::zmq::Detection>> detection_of(
    const config::Config& config);

}  // namespace sluice::cli
