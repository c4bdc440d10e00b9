// The client of the protocol benchmarks: closed loops on one thread, the same for every server.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sluice::bench {

inline void require(bool condition, const char* what) {
  if (condition) return;
  std::perror(what);
  std::exit(1);
}

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

inline void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    require(sent > 0, "send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

/// How many bytes an answer has that begins so; 0: that cannot be told yet.
using AnswerSize = std::function<std::size_t(std::string_view begun)>;

struct Target {
  std::uint16_t port = 0;
  std::string request;
  AnswerSize answer_size;
};

/// Requests per second of `connections`, each of which asks again once it has its answer.
inline double closed_loop(const Target& target, std::size_t connections, double seconds) {
  using Clock = std::chrono::steady_clock;
  struct Connection {
    int socket = -1;
    std::string begun;     ///< of the answer, until its size is known
    std::size_t size = 0;  ///< of the answer; 0: not known
    std::size_t got = 0;
  };
  const int epoll = epoll_create1(0);
  std::vector<Connection> all(connections);
  const auto address = loopback(target.port);
  for (std::size_t i = 0; i < connections; ++i) {
    const int fd = all[i].socket = socket(AF_INET, SOCK_STREAM, 0);
    require(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0,
            "connect");
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    require(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
  }
  std::vector<char> buffer(1 << 20);
  std::vector<epoll_event> events(128);
  std::uint64_t done = 0;
  const auto start = Clock::now();
  for (const auto& connection : all) send_all(connection.socket, target.request);
  const auto end = start + std::chrono::duration<double>(seconds);
  while (Clock::now() < end) {
    const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), 1000);
    for (int i = 0; i < count; ++i) {
      auto& connection = all[events[static_cast<std::size_t>(i)].data.u64];
      const auto got = recv(connection.socket, buffer.data(), buffer.size(), 0);
      require(got > 0, "recv");
      const auto size = static_cast<std::size_t>(got);
      connection.got += size;
      if (connection.size == 0) {
        connection.begun.append(buffer.data(), size);
        connection.size = target.answer_size(connection.begun);
      }
      if (connection.size == 0 || connection.got < connection.size) continue;
      connection.begun.clear();
      connection.size = connection.got = 0;
      ++done;
      send_all(connection.socket, target.request);
    }
  }
  const double elapsed = std::chrono::duration<double>(Clock::now() - start).count();
  for (const auto& connection : all) close(connection.socket);
  close(epoll);
  return static_cast<double>(done) / elapsed;
}

inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// One row of a Markdown table for each number of connections: the rate of the first target, then
/// of each other one its rate and how much of the first one's that is. Each round asks all of them
/// in turn; both are medians over the rounds, so that what else the machine does hits all alike.
inline void compare(const char* what, const std::vector<Target>& targets, double seconds) {
  constexpr int kRounds = 5;
  for (const std::size_t connections : {std::size_t{1}, std::size_t{16}}) {
    std::vector<std::vector<double>> rates(targets.size());
    std::vector<std::vector<double>> ratios(targets.size());
    for (int round = 0; round < kRounds; ++round) {
      for (std::size_t i = 0; i < targets.size(); ++i) {
        rates[i].push_back(closed_loop(targets[i], connections, seconds));
        ratios[i].push_back(rates[i].back() / rates[0].back());
      }
    }
    std::printf("| %s | %zu | %.0f |", what, connections, median(rates[0]));
    for (std::size_t i = 1; i < targets.size(); ++i) {
      std::printf(" %.0f (%.2f) |", median(rates[i]), median(ratios[i]));
    }
    std::printf("\n");
    std::fflush(stdout);
  }
}

inline void print_header(const std::vector<std::string>& columns) {
  std::printf("| tensor | connections |");
  for (const auto& column : columns) std::printf(" %s |", column.c_str());
  std::printf("\n|---|---|");
  for (std::size_t i = 0; i < columns.size(); ++i) std::printf("---|");
  std::printf("\n");
}

}  // namespace sluice::bench
