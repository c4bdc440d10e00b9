// A Router of libzmq.
#pragma once

#include "messaging/router.hpp"

namespace sluice::messaging::zmq {

class ZmqRouterFactory final : public RouterFactory {
 public:
  base::Result<std::unique_ptr<Router>> open(const RouterOptions& options) override;
};

}  // namespace sluice::messaging::zmq
