// The loadable library: what messaging/router.hpp promises, with libzmq.
#include "messaging/zmq/zmq_router.hpp"

extern "C" [[gnu::visibility("default")]] sluice::messaging::RouterFactory*
sluice_router_factory() {
  static sluice::messaging::zmq::ZmqRouterFactory factory;
  return &factory;
}
