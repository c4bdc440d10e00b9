#include "serve/http/server.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "serve/http/connection.hpp"
#include "serve/net/listener.hpp"

namespace sluice::serve::http {

namespace {

/// Clients that wait for items (ApiOptions::most_waits), and some for whom there is always one.
constexpr std::size_t kBlocking = 16;

}  // namespace

struct Server::State {
  /// For what may take seconds; one at a time, so that it leaves the models their processors.
  boost::asio::thread_pool slow{1};
  /// For what waits for files and items.
  boost::asio::thread_pool blocking{kBlocking};
  std::unique_ptr<net::Listener> listener;
};

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

base::Result<std::unique_ptr<Server>> Server::start(const ServerParts& parts,
                                                    ServerOptions options) {
  auto state = std::make_unique<State>();
  ApiOptions api;
  api.management = options.management;
  api.limits = options.limits;
  api.run_slow = [&slow = state->slow](std::function<void()> work) {
    boost::asio::post(slow, std::move(work));
  };
  api.run_blocking = [&blocking = state->blocking](std::function<void()> work) {
    boost::asio::post(blocking, std::move(work));
  };
  api.stations = options.stations;
  api.on_call = std::move(options.on_call);
  api.assets = options.assets;
  auto shared =
      std::make_shared<const Api>(parts.service, parts.tokens, parts.rates, parts.clock, api);
  auto listener = net::Listener::start(parts.threads, options.listen, options.tls, options.limits,
                                       [shared](std::shared_ptr<net::Stream> stream) {
                                         serve_connection(std::move(stream), shared);
                                       });
  if (!listener) return tl::unexpected(listener.error());
  state->listener = std::move(*listener);
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::~Server() {
  state_->listener->stop();
  state_->listener->close();
  state_->slow.join();
  state_->blocking.join();
}

std::uint16_t Server::port() const {
  return state_->listener->port();
}

std::string Server::address() const {
  return state_->listener->address();
}

std::size_t Server::connections() const {
  return state_->listener->connections();
}

void Server::stop() {
  state_->listener->stop();
}

}  // namespace sluice::serve::http
