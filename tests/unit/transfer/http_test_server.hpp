// An HTTP server that answers what a test says: whole answers, halves of them, or nothing.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>
#include <sys/socket.h>

namespace sluice::transfer {

/// On a free port of 127.0.0.1 until it is destroyed; a thread for each connection.
class HttpTestServer {
 public:
  using Request = boost::beast::http::request<boost::beast::http::string_body>;
  /// The bytes of the answer; nullopt: none, and the connection stays open. Called on the
  /// connections' threads.
  using Handler = std::function<std::optional<std::string>(const Request&)>;

  explicit HttpTestServer(Handler handler) : handler_(std::move(handler)) {
    acceptor_.listen();
    thread_ = std::thread([this] { accept(); });
  }
  ~HttpTestServer() {
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    thread_.join();
    for (auto& connection : connections_) ::shutdown(connection.fd, SHUT_RDWR);
    for (auto& connection : connections_) connection.thread.join();
  }
  HttpTestServer(const HttpTestServer&) = delete;
  HttpTestServer& operator=(const HttpTestServer&) = delete;

  [[nodiscard]] std::string url(const std::string& target = "/") const {
    return fmt::format("http://127.0.0.1:{}{}", acceptor_.local_endpoint().port(), target);
  }
  /// All so far, in the order in which they arrived.
  [[nodiscard]] std::vector<Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  [[nodiscard]] int connections() const { return accepted_; }

  static std::string answer(int status, const std::string& body, const std::string& fields = {}) {
    return fmt::format("HTTP/1.1 {} Test\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(),
                       fields, body);
  }

 private:
  using Tcp = boost::asio::ip::tcp;
  struct Connection {
    Tcp::socket socket;
    int fd;
    std::thread thread;
  };

  void accept() {
    while (true) {
      boost::system::error_code error;
      Tcp::socket socket(context_);
      acceptor_.accept(socket, error);
      if (error) return;
      ++accepted_;
      const int fd = socket.native_handle();
      connections_.push_back({std::move(socket), fd, {}});
      Connection& connection = connections_.back();
      connection.thread = std::thread([this, &connection] { serve(connection.socket); });
    }
  }

  void serve(Tcp::socket& socket) {
    boost::beast::flat_buffer buffer;
    while (true) {
      boost::system::error_code error;
      boost::beast::http::request_parser<boost::beast::http::string_body> parser;
      parser.body_limit(boost::none);
      boost::beast::http::read(socket, buffer, parser, error);
      if (error) break;
      const Request request = parser.release();
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      if (const auto bytes = handler_(request)) {
        boost::asio::write(socket, boost::asio::buffer(*bytes), error);
      }
    }
    ::shutdown(socket.native_handle(), SHUT_RDWR);
  }

  Handler handler_;
  boost::asio::io_context context_;
  Tcp::acceptor acceptor_{context_, Tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), 0)};
  std::thread thread_;
  std::list<Connection> connections_;  ///< of the accepting thread, then of the destructor
  std::atomic<int> accepted_ = 0;
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
};

}  // namespace sluice::transfer
