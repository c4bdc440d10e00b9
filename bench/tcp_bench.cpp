// The TCP server with a service that answers at once, beside a bare epoll echo of as many bytes,
// in one run:
//
//   tcp_bench [SECONDS_PER_POINT]
//
// The same plain client drives both: each of its connections sends a request, reads the answer, and
// goes on. A round of echo precedes each round of the server; the ratio is of the medians.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve/net/io_threads.hpp"
#include "serve/net/rate_limiter.hpp"
#include "serve/net/tokens.hpp"
#include "serve/service.hpp"
#include "serve/tcp/frame_v2.hpp"
#include "serve/tcp/server.hpp"

namespace {

using namespace sluice;
using Clock = std::chrono::steady_clock;

void require(bool condition, const char* what) {
  if (condition) return;
  std::perror(what);
  std::exit(1);
}

/// Answers with the inputs.
class InstantService final : public serve::Service {
 public:
  serve::InferHandle infer(serve::InferRequest request, serve::InferDone done) override {
    serve::InferReply reply;
    reply.model = std::move(request.model);
    reply.outputs = std::move(request.inputs);
    done(std::move(reply));
    return {};
  }
  serve::ServerInfo info() const override { return {}; }
  bool live() const override { return true; }
  bool ready() const override { return true; }
  std::string not_ready_reason() const override { return {}; }
  base::Result<serve::ModelDescription> model(const std::string&,
                                              const std::string&) const override {
    return {};
  }
  std::vector<serve::ModelStatus> models() const override { return {}; }
  base::Result<std::vector<serve::ModelStatistics>> statistics(const std::string&,
                                                               const std::string&) const override {
    return {};
  }
  void load(const std::string&, StatusDone done) override { done({}); }
  void unload(const std::string&, StatusDone done) override { done({}); }
  void reload(StatusDone done) override { done({}); }
  std::string metrics() const override { return {}; }
  boost::json::object live_view() const override { return {}; }
  boost::json::object decisions(const std::string&, const std::string&,
                                std::size_t) const override {
    return {};
  }
  base::Result<boost::json::object> explain(const std::string&) const override { return {}; }
  base::Result<boost::json::object> what_if(const boost::json::object&) const override {
    return {};
  }
  boost::json::object configuration() const override { return {}; }
};

/// One thread, epoll, level-triggered: reads what is there and writes it back.
class Echo {
 public:
  Echo() : listener_(socket(AF_INET, SOCK_STREAM, 0)), epoll_(epoll_create1(0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* name = reinterpret_cast<sockaddr*>(&address);
    require(bind(listener_, name, size) == 0, "bind");
    require(listen(listener_, SOMAXCONN) == 0, "listen");
    require(getsockname(listener_, name, &size) == 0, "getsockname");
    port_ = ntohs(address.sin_port);
    watch(listener_);
    thread_ = std::thread([this] { run(); });
  }
  ~Echo() {
    stopped_ = true;
    thread_.join();
    close(listener_);
    close(epoll_);
  }
  Echo(const Echo&) = delete;
  Echo& operator=(const Echo&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    require(epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
  }
  void run() {
    std::vector<char> buffer(1 << 20);
    std::vector<epoll_event> events(128);
    while (!stopped_) {
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 100);
      for (int i = 0; i < count; ++i) {
        const int fd = events[static_cast<std::size_t>(i)].data.fd;
        if (fd == listener_) {
          const int client = accept(listener_, nullptr, nullptr);
          const int on = 1;
          setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
          watch(client);
          continue;
        }
        const auto got = recv(fd, buffer.data(), buffer.size(), 0);
        if (got <= 0) {
          close(fd);
          continue;
        }
        for (ssize_t sent = 0; sent < got;) {
          const auto n =
              send(fd, buffer.data() + sent, static_cast<std::size_t>(got - sent), MSG_NOSIGNAL);
          if (n <= 0) break;
          sent += n;
        }
      }
    }
  }
  int listener_;
  int epoll_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

/// Requests per second of `connections` closed loops on one thread.
double drive(std::uint16_t port, const std::string& request, std::size_t answer, int connections,
             double seconds) {
  const int epoll = epoll_create1(0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  std::vector<std::size_t> got(static_cast<std::size_t>(connections), 0);
  std::vector<int> sockets;
  for (int i = 0; i < connections; ++i) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    require(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0, "connect");
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = static_cast<std::uint32_t>(i);
    require(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
    sockets.push_back(fd);
  }
  const auto ask = [&](int fd) {
    for (std::size_t sent = 0; sent < request.size();) {
      const auto n = send(fd, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
      require(n > 0, "send");
      sent += static_cast<std::size_t>(n);
    }
  };
  std::vector<char> buffer(1 << 20);
  std::vector<epoll_event> events(128);
  std::uint64_t done = 0;
  const auto start = Clock::now();
  for (const int fd : sockets) ask(fd);
  const auto end = start + std::chrono::duration<double>(seconds);
  while (Clock::now() < end) {
    const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), 1000);
    for (int i = 0; i < count; ++i) {
      const auto which = events[static_cast<std::size_t>(i)].data.u32;
      const auto n = recv(sockets[which], buffer.data(), buffer.size(), 0);
      require(n > 0, "recv");
      got[which] += static_cast<std::size_t>(n);
      if (got[which] < answer) continue;
      got[which] = 0;
      ++done;
      ask(sockets[which]);
    }
  }
  const double elapsed = std::chrono::duration<double>(Clock::now() - start).count();
  for (const int fd : sockets) close(fd);
  close(epoll);
  return static_cast<double>(done) / elapsed;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

std::string request_of(std::size_t bytes) {
  serve::tcp::v2::Infer infer;
  infer.id = 1;
  infer.model = "echo";
  auto tensor = tensor::Tensor::allocate("x", tensor::DType::fp32,
                                         {static_cast<std::int64_t>(bytes / sizeof(float))});
  std::ranges::fill(tensor.value().mutable_data(), std::byte{0});
  infer.inputs.push_back(std::move(*tensor));
  return serve::tcp::v2::encode(serve::tcp::v2::ClientMessage(std::move(infer))).flat();
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 1.0;
  constexpr int kRounds = 5;

  InstantService service;
  const serve::net::Tokens tokens;
  serve::net::RateLimiter rates(0, 1);
  const base::SteadyClock clock;
  serve::net::IoThreads threads(1);
  auto server = serve::tcp::Server::start(threads, {"127.0.0.1", 0}, nullptr,
                                          {service, nullptr, tokens, rates, clock, {}});
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().message.c_str());
    return 1;
  }
  Echo echo;
  std::printf("%-10s %11s %12s %12s %8s\n", "tensor", "connections", "echo/s", "server/s", "ratio");
  for (const std::size_t bytes : {std::size_t{64}, std::size_t{150} * 1024}) {
    const auto request = request_of(bytes);
    // The reply's header and fixed fields, as the service answers.
    serve::tcp::v2::InferReply reply;
    reply.model = "echo";
    auto decoded = serve::tcp::v2::decode_client(std::as_bytes(std::span(request)), nullptr, {});
    reply.outputs = std::get<serve::tcp::v2::Infer>(decoded.value()).inputs;
    const auto answer = serve::tcp::v2::encode(serve::tcp::v2::ServerMessage(reply)).size();
    for (const int connections : {1, 16}) {
      std::vector<double> of_echo, of_server;
      for (int round = 0; round < kRounds; ++round) {
        of_echo.push_back(drive(echo.port(), request, request.size(), connections, seconds));
        of_server.push_back(drive((*server)->port(), request, answer, connections, seconds));
      }
      std::printf("%-10zu %11d %12.0f %12.0f %8.3f\n", bytes, connections, median(of_echo),
                  median(of_server), median(of_server) / median(of_echo));
    }
  }
  server->reset();
  threads.stop();
  return 0;
}
