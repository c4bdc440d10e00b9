// A camera on the network: one picture after the other over HTTP (multipart/x-mixed-replace).
#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sluice::camera {

class MjpegServer {
 public:
  /// Gives `jpeg` again and again; after `limit` of them it holds the connection and falls silent.
  explicit MjpegServer(std::string jpeg, int limit = 1 << 30)
      : jpeg_(std::move(jpeg)), limit_(limit) {
    start();
  }
  ~MjpegServer() { stop(); }
  MjpegServer(const MjpegServer&) = delete;
  MjpegServer& operator=(const MjpegServer&) = delete;

  [[nodiscard]] std::string url() const { return fmt::format("http://127.0.0.1:{}/video", port_); }

  /// Listens, at the port of the last time.
  void start() {
    stopped_ = false;
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, generic, &size) != 0) {
      throw std::runtime_error("the test's server cannot listen");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept(); });
  }

  /// Cuts all connections.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
      ::shutdown(listener_, SHUT_RDWR);
      for (const int connection : connections_) ::shutdown(connection, SHUT_RDWR);
      changed_.notify_all();
    }
    if (acceptor_.joinable()) acceptor_.join();  // it adds to the others
    while (!threads_.empty()) {
      threads_.front().join();
      threads_.pop_front();
    }
    if (listener_ >= 0) ::close(std::exchange(listener_, -1));
  }

 private:
  void accept() {
    for (int connection = 0; (connection = ::accept(listener_, nullptr, nullptr)) >= 0;) {
      const std::lock_guard lock(mutex_);
      connections_.push_back(connection);
      threads_.emplace_back([this, connection] { serve(connection); });
    }
  }

  static bool send(int connection, const std::string& text) {
    for (std::size_t sent = 0; sent < text.size();) {
      const auto more = ::send(connection, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (more <= 0) return false;
      sent += static_cast<std::size_t>(more);
    }
    return true;
  }

  void serve(int connection) {
    bool good = send(connection,
                     "HTTP/1.0 200 OK\r\n"
                     "Content-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n");
    const std::string part =
        fmt::format("--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n{}\r\n",
                    jpeg_.size(), jpeg_);
    for (int i = 0; good && i < limit_; ++i) {
      good = send(connection, part);
      std::unique_lock lock(mutex_);
      if (changed_.wait_for(lock, std::chrono::milliseconds(5), [this] { return stopped_; })) break;
    }
    std::unique_lock lock(mutex_);
    if (good) changed_.wait(lock, [this] { return stopped_; });
    connections_.remove(connection);
    ::close(connection);
  }

  const std::string jpeg_;
  const int limit_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
  std::list<int> connections_;
  std::thread acceptor_;
  std::list<std::thread> threads_;  ///< one for each connection
};

}  // namespace sluice::camera
