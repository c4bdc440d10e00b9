// One connection: reads requests, has them answered, writes the answers in order.
#pragma once

#include <memory>

#include "serve/http/api.hpp"

namespace sluice::serve::net {
class Stream;
}

namespace sluice::serve::http {

/// Serves it until either side closes it. On the stream's thread.
void serve_connection(std::shared_ptr<net::Stream> stream, std::shared_ptr<const Api> api);

}  // namespace sluice::serve::http
