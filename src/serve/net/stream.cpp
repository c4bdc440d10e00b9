#include "serve/net/stream.hpp"

#include <array>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>

#include "serve/net/connections.hpp"

namespace sluice::serve::net {
namespace {

using boost::system::error_code;

/// How long, and how much, to discard after the last answer.
constexpr auto kLinger = std::chrono::seconds(2);
constexpr std::size_t kLingerBytes = 64 << 20;

std::string address_of(const Stream::Socket& socket) {
  error_code error;
  const auto peer = socket.remote_endpoint(error);
  return error ? std::string() : peer.address().to_string();
}

}  // namespace

Stream::Stream(Socket socket, const TlsContext& tls, std::shared_ptr<Connections> connections)
    : socket_(std::move(socket)),
      tls_context_(tls),
      connections_(std::move(connections)),
      peer_(address_of(socket_)),
      timer_(socket_.get_executor()) {
  error_code ignored;
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  if (tls) tls_ = std::make_unique<boost::asio::ssl::stream<Socket&>>(socket_, *tls);
}

Stream::~Stream() {
  if (connections_) connections_->remove(this);
}

void Stream::handshake(std::function<void(error_code)> done) {
  if (!tls_) return done({});
  tls_->async_handshake(
      boost::asio::ssl::stream_base::server,
      [self = shared_from_this(), done = std::move(done)](error_code error) { done(error); });
}

void Stream::expires_after(base::Duration time) {
  const auto now = Clock::now();
  deadline_ = time > Clock::time_point::max() - now ? Clock::time_point::max() : now + time;
  // A timer that fires too early looks again; only one that would fire too late is set anew.
  if (deadline_ < armed_) arm();
}

void Stream::arm() {
  armed_ = deadline_;
  timer_.expires_at(armed_);
  timer_.async_wait([weak = weak_from_this()](error_code error) {
    if (error) return;
    const auto self = weak.lock();
    if (!self) return;
    self->armed_ = Clock::time_point::max();
    if (Clock::now() >= self->deadline_) {
      self->expired_ = true;
      self->close();
    } else if (self->deadline_ != Clock::time_point::max()) {
      self->arm();
    }
  });
}

void Stream::close() {
  error_code ignored;
  socket_.shutdown(Socket::shutdown_both, ignored);
  socket_.close(ignored);
  deadline_ = Clock::time_point::max();
  timer_.cancel();
  armed_ = Clock::time_point::max();
}

void Stream::close_after_last_answer() {
  expires_after(kLinger);
  const auto half_close = [self = shared_from_this()](error_code) {
    error_code ignored;
    self->socket_.shutdown(Socket::shutdown_send, ignored);
    self->discard();
  };
  if (tls_) {
    tls_->async_shutdown(half_close);
  } else {
    half_close({});
  }
}

void Stream::discard() {
  // Static: nobody looks at what is written there, by however many threads.
  thread_local std::array<char, 16384> rubbish;
  socket_.async_read_some(boost::asio::buffer(rubbish),
                          [self = shared_from_this()](error_code error, std::size_t size) {
                            self->discarded_ += size;
                            if (error || self->discarded_ > kLingerBytes) return self->close();
                            self->discard();
                          });
}

void Stream::finish() {
  boost::asio::post(get_executor(), [self = shared_from_this()] {
    if (!self->finish_) return self->close();
    // It may drop what holds this very function.
    const auto finish = self->finish_;
    finish();
  });
}

}  // namespace sluice::serve::net
