// The configuration as operators may see it.
#pragma once

#include <boost/json/object.hpp>

namespace sluice::config {

/// Hides where secrets are kept (serve.tokens, serve.tls.key) and those in URLs, as in
/// rtsp://user:password@camera/.
void redact(boost::json::object& configuration);

}  // namespace sluice::config
