// The HTTP server beside a bare Beast echo of the same requests, in one run: with a service that
// answers at once, and, given their ports, a whole daemon whose task `bench` has a model that costs
// nothing, and any other HTTP server.
//
//   rest_bench [SECONDS_PER_POINT [DAEMON_PORT [OTHER_PORT]]]
//
// Small tensors travel as JSON, large ones by the binary tensor extension.
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include "closed_loop.hpp"
#include "instant_service.hpp"
#include "serve/http/server.hpp"
#include "serve/service.hpp"

namespace sluice::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

/// The least that a server on Beast can do: parses the request, sends its body back.
class EchoConnection : public std::enable_shared_from_this<EchoConnection> {
 public:
  explicit EchoConnection(tcp::socket socket) : socket_(std::move(socket)) {
    socket_.set_option(tcp::no_delay(true));
    buffer_.reserve(64 << 10);  // else it reads 512 bytes at a time
  }
  void read() {
    parser_.emplace();
    beast::http::async_read(
        socket_, buffer_, *parser_,
        [self = shared_from_this()](beast::error_code error, std::size_t /*size*/) {
          if (!error) self->write();
        });
  }

 private:
  void write() {
    response_ = {};
    response_.body() = std::move(parser_->get().body());
    response_.prepare_payload();
    beast::http::async_write(
        socket_, response_,
        [self = shared_from_this()](beast::error_code error, std::size_t /*size*/) {
          if (!error) self->read();
        });
  }
  tcp::socket socket_;
  beast::flat_buffer buffer_;
  std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
  beast::http::response<beast::http::string_body> response_;
};

class Echo {
 public:
  Echo() : acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    accept();
    thread_ = std::thread([this] { context_.run(); });
  }
  ~Echo() {
    context_.stop();
    thread_.join();
  }
  Echo(const Echo&) = delete;
  Echo& operator=(const Echo&) = delete;
  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  void accept() {
    acceptor_.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (!error) std::make_shared<EchoConnection>(std::move(socket))->read();
      accept();
    });
  }
  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  std::thread thread_;
};

std::string post(std::string_view fields, std::string_view body) {
  return fmt::format(
      "POST /v2/models/bench/infer HTTP/1.1\r\nHost: localhost\r\n{}"
      "Content-Length: {}\r\n\r\n{}",
      fields, body.size(), body);
}

std::string json_request(std::size_t count) {
  std::string data = "0.5";
  for (std::size_t i = 1; i < count; ++i) data += ",0.5";
  return post("Content-Type: application/json\r\n",
              fmt::format(R"({{"inputs":[{{"name":"x","datatype":"FP32","shape":[{},1],)"
                          R"("data":[{}]}}]}})",
                          count, data));
}

std::string binary_request(std::size_t bytes) {
  const auto json = fmt::format(
      R"({{"parameters":{{"binary_data_output":true}},"inputs":[{{"name":"x","datatype":"FP32",)"
      R"("shape":[{},1],"parameters":{{"binary_data_size":{}}}}}]}})",
      bytes / sizeof(float), bytes);
  return post(fmt::format("Inference-Header-Content-Length: {}\r\n", json.size()),
              json + std::string(bytes, '\0'));
}

std::size_t answer_size(std::string_view begun) {
  const auto end = begun.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  constexpr std::string_view kLength = "\r\nContent-Length: ";
  const auto length = begun.substr(0, end).find(kLength);
  require(begun.find(" 200 ") < end && length != std::string_view::npos,
          "an answer other than 200");
  return end + 4 + std::strtoull(begun.data() + length + kLength.size(), nullptr, 10);
}

int run(double seconds, std::uint16_t daemon, std::uint16_t other) {
  InstantService service;
  const serve::net::Tokens tokens;
  serve::net::RateLimiter rates(0, 1);
  const base::SteadyClock clock;
  serve::net::IoThreads threads(1);
  serve::http::ServerOptions options;
  options.listen = {"127.0.0.1", 0};
  auto server =
      serve::http::Server::start({service, tokens, rates, clock, threads}, std::move(options));
  if (!server) {
    fmt::print(stderr, "rest_bench: {}\n", server.error().message);
    return 1;
  }
  const Echo echo;
  std::vector<std::string> columns{"Beast echo, 1/s", "instant service (ratio)"};
  if (daemon != 0) columns.emplace_back("daemon (ratio)");
  if (other != 0) columns.emplace_back("nginx `return 200` (ratio)");
  print_header(columns);
  const auto measure = [&](const char* what, const std::string& request) {
    std::vector<Target> targets{{echo.port(), request, answer_size},
                                {(*server)->port(), request, answer_size}};
    if (daemon != 0) targets.push_back({daemon, request, answer_size});
    if (other != 0) targets.push_back({other, request, answer_size});
    compare(what, targets, seconds);
  };
  measure("64 B, JSON", json_request(16));
  measure("64 B", binary_request(64));
  measure("150 KB", binary_request(150'000));
  measure("600 KB", binary_request(600'000));
  server->reset();
  threads.stop();
  return 0;
}

}  // namespace
}  // namespace sluice::bench

int main(int argc, char** argv) {
  const auto port = [&](int i) {
    return argc > i ? static_cast<std::uint16_t>(std::atoi(argv[i])) : std::uint16_t{0};
  };
  return sluice::bench::run(argc > 1 ? std::atof(argv[1]) : 0.5, port(2), port(3));
}
