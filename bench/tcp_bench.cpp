// The TCP server beside a bare epoll echo of as many bytes, in one run: with a service that answers
// at once, and, given its port, a whole daemon whose task `bench` has a model that costs nothing.
//
//   tcp_bench [SECONDS_PER_POINT [DAEMON_PORT]]
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "closed_loop.hpp"
#include "instant_service.hpp"
#include "serve/net/io_threads.hpp"
#include "serve/net/rate_limiter.hpp"
#include "serve/net/tokens.hpp"
#include "serve/service.hpp"
#include "serve/tcp/frame_v2.hpp"
#include "serve/tcp/server.hpp"
#include "serve/tcp/wire.hpp"

namespace sluice::bench {
namespace {

/// One thread, epoll, level-triggered: reads what is there and writes it back.
class Echo {
 public:
  Echo() : listener_(socket(AF_INET, SOCK_STREAM, 0)), epoll_(epoll_create1(0)) {
    auto address = loopback(0);
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
          if (n <= 0) break;  // the client left
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

std::string request_of(std::size_t bytes) {
  serve::tcp::v2::Infer infer;
  infer.id = 1;
  infer.model = "bench";
  auto tensor = tensor::Tensor::allocate("x", tensor::DType::fp32,
                                         {static_cast<std::int64_t>(bytes / sizeof(float)), 1});
  std::ranges::fill(tensor.value().mutable_data(), std::byte{0});
  infer.inputs.push_back(std::move(*tensor));
  return serve::tcp::v2::encode(serve::tcp::v2::ClientMessage(std::move(infer))).flat();
}

std::size_t frame_size(std::string_view begun) {
  if (begun.size() < serve::tcp::kHeaderBytes) return 0;
  const auto answer = std::as_bytes(std::span(begun));
  require(answer[serve::tcp::kPrefixBytes] != std::byte{255}, "an answer that is an error");
  return serve::tcp::read_prefix(std::as_bytes(std::span(begun))).size;
}

int run(double seconds, std::uint16_t daemon) {
  InstantService service;
  const serve::net::Tokens tokens;
  serve::net::RateLimiter rates(0, 1);
  const base::SteadyClock clock;
  serve::net::IoThreads threads(1);
  auto server = serve::tcp::Server::start(threads, {"127.0.0.1", 0}, nullptr,
                                          {service, nullptr, tokens, rates, clock, {}});
  if (!server) {
    std::fprintf(stderr, "tcp_bench: %s\n", server.error().message.c_str());
    return 1;
  }
  const Echo echo;
  std::vector<std::string> columns{"raw epoll echo, 1/s", "instant service (ratio)"};
  if (daemon != 0) columns.emplace_back("daemon (ratio)");
  print_header(columns);
  for (const std::size_t bytes : {std::size_t{64}, std::size_t{150'000}, std::size_t{600'000}}) {
    const auto request = request_of(bytes);
    std::vector<Target> targets{{echo.port(), request, frame_size},
                                {(*server)->port(), request, frame_size}};
    if (daemon != 0) targets.push_back({daemon, request, frame_size});
    compare(bytes < 1000 ? "64 B" : bytes < 200'000 ? "150 KB" : "600 KB", targets, seconds);
  }
  server->reset();
  threads.stop();
  return 0;
}

}  // namespace
}  // namespace sluice::bench

int main(int argc, char** argv) {
  return sluice::bench::run(argc > 1 ? std::atof(argv[1]) : 0.5,
                            argc > 2 ? static_cast<std::uint16_t>(std::atoi(argv[2])) : 0);
}
