#include "serve/net/listener.hpp"

#include <atomic>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <spdlog/spdlog.h>

#include "serve/net/connections.hpp"

namespace sluice::serve::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// How long accepting pauses when descriptors or memory have run out.
constexpr auto kPause = std::chrono::milliseconds(100);

std::string to_string(const tcp::endpoint& endpoint) {
  return fmt::format(fmt::runtime(endpoint.address().is_v6() ? "[{}]:{}" : "{}:{}"),
                     endpoint.address().to_string(), endpoint.port());
}

base::Status listen_on(tcp::acceptor& acceptor, const tcp::endpoint& endpoint) {
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) return {};
  if (error == asio::error::address_in_use) {
    return base::fail(base::ErrorCode::unavailable,
                      "{}: this port is in use; choose another one, or stop the program that "
                      "listens there",
                      to_string(endpoint));
  }
  if (error == asio::error::access_denied) {
    return base::fail(base::ErrorCode::unavailable,
                      "{}: not permitted; ports below 1024 need a privilege, choose a higher one",
                      to_string(endpoint));
  }
  return base::fail(base::ErrorCode::unavailable,
                    "{}: cannot listen: {}; check that the address is one of this machine's",
                    to_string(endpoint), error.message());
}

}  // namespace

struct Listener::State : std::enable_shared_from_this<State> {
  State(IoThreads& io, const TlsContext& tls_context, const Limits& bounds, Handler handle)
      : threads(io),
        context(io.next()),
        acceptor(context),
        pause(context),
        tls(tls_context),
        limits(bounds),
        handler(std::move(handle)) {}

  void accept();
  void accepted(Stream::Socket socket);

  IoThreads& threads;
  asio::io_context& context;
  tcp::acceptor acceptor;  ///< used on the context's thread once it listens
  asio::steady_timer pause;
  tcp::endpoint local;
  TlsContext tls;
  Limits limits;
  Handler handler;
  std::shared_ptr<Connections> connections = std::make_shared<Connections>();
  std::atomic<bool> stopped{false};
};

void Listener::State::accept() {
  auto& next = threads.next();
  acceptor.async_accept(
      next, [self = shared_from_this()](
                error_code error, asio::basic_stream_socket<tcp, Stream::executor_type> socket) {
        if (self->stopped) return;
        if (!error) {
          self->accepted(std::move(socket));
        } else if (error == asio::error::no_descriptors || error == asio::error::no_memory ||
                   error == asio::error::no_buffer_space || error.value() == ENFILE) {
          spdlog::warn("{}: cannot accept a connection: {}; trying again", to_string(self->local),
                       error.message());
          self->pause.expires_after(kPause);
          self->pause.async_wait([self](error_code) {
            if (!self->stopped) self->accept();
          });
          return;
        }
        self->accept();
      });
}

void Listener::State::accepted(Stream::Socket socket) {
  if (connections->size() >= limits.connections) {
    spdlog::debug("{}: refused a connection: there are {} already", to_string(local),
                  limits.connections);
    return;
  }
  auto stream = std::make_shared<Stream>(std::move(socket), tls, connections);
  connections->add(stream);
  if (stopped) return;
  const auto executor = stream->get_executor();
  asio::dispatch(executor, [self = shared_from_this(), stream = std::move(stream)] {
    if (!stream->encrypted()) return self->handler(stream);
    stream->expires_after(self->limits.read_timeout);
    stream->handshake([self, stream](error_code error) {
      if (error) {
        spdlog::debug("{}: TLS handshake with {}: {}", to_string(self->local), stream->peer(),
                      error.message());
        return;
      }
      stream->expires_after(base::kForever);
      self->handler(stream);
    });
  });
}

base::Result<std::unique_ptr<Listener>> Listener::start(IoThreads& threads,
                                                        const ListenOptions& options,
                                                        const TlsContext& tls, const Limits& limits,
                                                        Handler handler) {
  error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) {
    return base::fail(base::ErrorCode::invalid,
                      "\"{}\" is no address to listen on; write an IP address, such as 127.0.0.1, "
                      "0.0.0.0 or ::1",
                      options.address);
  }
  auto state = std::make_shared<State>(threads, tls, limits, std::move(handler));
  if (auto status = listen_on(state->acceptor, {address, options.port}); !status) {
    return tl::unexpected(status.error());
  }
  state->local = state->acceptor.local_endpoint(error);
  asio::post(state->context, [state] { state->accept(); });
  return std::unique_ptr<Listener>(new Listener(std::move(state)));
}

Listener::~Listener() {
  stop();
  close();
}

std::uint16_t Listener::port() const {
  return state_->local.port();
}

std::string Listener::address() const {
  return to_string(state_->local);
}

std::size_t Listener::connections() const {
  return state_->connections->size();
}

void Listener::stop() {
  if (!state_->stopped.exchange(true)) {
    asio::post(state_->context, [state = state_] {
      error_code ignored;
      state->acceptor.close(ignored);
      state->pause.cancel();
    });
  }
  for (const auto& stream : state_->connections->all()) stream->finish();
}

void Listener::close() {
  for (const auto& stream : state_->connections->all()) {
    const auto executor = stream->get_executor();
    asio::post(executor, [stream] { stream->close(); });
  }
}

}  // namespace sluice::serve::net
