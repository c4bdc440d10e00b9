#include "serve/tcp/server.hpp"

#include "serve/net/listener.hpp"
#include "serve/tcp/connection.hpp"

namespace sluice::serve::tcp {

base::Result<std::unique_ptr<Server>> Server::start(net::IoThreads& threads,
                                                    const net::ListenOptions& options,
                                                    const net::TlsContext& tls, Context context) {
  auto shared = std::make_shared<const Context>(std::move(context));
  auto listener = net::Listener::start(
      threads, options, tls, shared->limits, [shared](std::shared_ptr<net::Stream> stream) {
        std::make_shared<Connection>(std::move(stream), shared)->start();
      });
  if (!listener) return tl::unexpected(base::with_context("tcp", listener.error()));
  return std::unique_ptr<Server>(new Server(std::move(*listener)));
}

Server::Server(std::unique_ptr<net::Listener> listener) : listener_(std::move(listener)) {}

Server::~Server() = default;

std::uint16_t Server::port() const {
  return listener_->port();
}

std::string Server::address() const {
  return listener_->address();
}

std::size_t Server::connections() const {
  return listener_->connections();
}

void Server::stop() {
  listener_->stop();
}

void Server::close() {
  listener_->close();
}

}  // namespace sluice::serve::tcp
