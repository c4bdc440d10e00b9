// One connection, with or without TLS.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "base/time.hpp"
#include "serve/net/tls.hpp"

namespace sluice::serve::net {

/// The connections of one listener; see listener.hpp.
class Connections;

/// An accepted connection: reads and writes as an Asio asynchronous stream, and closes itself
/// when its deadline passes. It lives while someone holds it; destroying it closes the connection.
///
/// THREADS: used on its executor's one thread only, finish() excepted.
class Stream : public std::enable_shared_from_this<Stream> {
 public:
  using executor_type = boost::asio::io_context::executor_type;
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, executor_type>;

  Stream(Socket socket, const TlsContext& tls, std::shared_ptr<Connections> connections);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  [[nodiscard]] executor_type get_executor() { return socket_.get_executor(); }
  [[nodiscard]] Socket& socket() { return socket_; }
  [[nodiscard]] bool encrypted() const { return tls_ != nullptr; }
  /// The client's address without the port: the key for rates.
  [[nodiscard]] const std::string& peer() const { return peer_; }

  /// As of an Asio stream. At most one read and one write at a time.
  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    if (tls_) return tls_->async_read_some(buffers, std::forward<Token>(token));
    return socket_.async_read_some(buffers, std::forward<Token>(token));
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    if (tls_) return tls_->async_write_some(buffers, std::forward<Token>(token));
    return socket_.async_write_some(buffers, std::forward<Token>(token));
  }
  /// The TLS handshake; calls back at once where there is no TLS.
  void handshake(std::function<void(boost::system::error_code)> done);

  /// Closes the connection unless called again within `time`; kForever: never. Costs next to
  /// nothing per call.
  void expires_after(base::Duration time);
  /// Whether the deadline closed it.
  [[nodiscard]] bool expired() const { return expired_; }

  /// At once. Pending reads and writes end with an error.
  void close();
  /// After the last answer has been written: tells the client that no more comes, and discards
  /// what it still sends for a short while, so that it can read that answer. No read may be
  /// pending.
  void close_after_last_answer();

  /// What to do when the server stops: finish what runs, then close. Without it: close().
  void on_finish(std::function<void()> finish) { finish_ = std::move(finish); }
  /// Runs that on the stream's thread. Thread-safe.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;
  using Timer =
      boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, executor_type>;
  void arm();
  void discard();

  Socket socket_;
  std::unique_ptr<boost::asio::ssl::stream<Socket&>> tls_;
  TlsContext tls_context_;
  std::shared_ptr<Connections> connections_;
  std::string peer_;
  Timer timer_;
  Clock::time_point deadline_ = Clock::time_point::max();
  Clock::time_point armed_ = Clock::time_point::max();
  bool expired_ = false;
  std::size_t discarded_ = 0;
  std::function<void()> finish_;
};

}  // namespace sluice::serve::net
