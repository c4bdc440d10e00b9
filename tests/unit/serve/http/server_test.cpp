#include "serve/http/server.hpp"

#include <array>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "unit/serve/http/fake_service.hpp"

namespace sluice::serve::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// A client that writes bytes as they are, and reads whole answers.
class Client {
 public:
  explicit Client(std::uint16_t port) { socket_.connect({asio::ip::address_v4::loopback(), port}); }

  void send(const std::string& text) { asio::write(socket_, asio::buffer(text)); }
  /// As much as the server takes before it closes.
  void send_freely(const std::string& text) {
    boost::system::error_code ignored;
    asio::write(socket_, asio::buffer(text), ignored);
  }
  /// Status line and fields; "" when the server closed.
  std::string head() {
    boost::system::error_code error;
    const std::size_t size =
        asio::read_until(socket_, asio::dynamic_buffer(buffer_), "\r\n\r\n", error);
    return error ? "" : take(size);
  }
  std::string body(std::size_t size) {
    if (buffer_.size() < size) {
      asio::read(socket_, asio::dynamic_buffer(buffer_),
                 asio::transfer_exactly(size - buffer_.size()));
    }
    return take(size);
  }
  /// The status of the next answer, whose body is dropped; 0 when the server closed.
  int answer() {
    const std::string text = head();
    if (text.empty()) return 0;
    const auto at = text.find("Content-Length: ");
    if (at != std::string::npos) last_body = body(std::stoul(text.substr(at + 16)));
    return std::stoi(text.substr(9, 3));
  }
  tcp::socket& socket() { return socket_; }
  std::string last_body;

 private:
  std::string take(std::size_t size) {
    std::string result = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return result;
  }
  asio::io_context context_;
  tcp::socket socket_{context_};
  std::string buffer_;
};

std::string get(const std::string& target, const std::string& fields = {}) {
  return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

std::string infer(const std::string& id, const std::string& fields = {}) {
  const std::string body =
      R"({"id":")" + id + R"(","inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1]}]})";
  return "POST /v2/models/echo/infer HTTP/1.1\r\nHost: h\r\n" + fields +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

class HttpServer : public testing::Test {
 protected:
  HttpServer() { options.listen = {"127.0.0.1", 0}; }
  ~HttpServer() override { service.release(); }

  std::uint16_t start() {
    auto started = Server::start({service, tokens, rates, clock, threads}, options);
    EXPECT_TRUE(started);
    server = std::move(*started);
    return server->port();
  }

  FakeService service;
  net::Tokens tokens;
  net::RateLimiter rates{0, 1};
  base::SteadyClock clock;
  net::IoThreads threads{1};
  ServerOptions options;
  std::unique_ptr<Server> server;
};

TEST_F(HttpServer, KeepsConnections) {
  Client client(start());
  for (int i = 0; i < 3; ++i) {
    client.send(get("/v2"));
    EXPECT_EQ(client.answer(), 200);
  }
  client.send(get("/v2", "Connection: close\r\n"));
  EXPECT_NE(client.head().find("Connection: close"), std::string::npos);
}

TEST_F(HttpServer, ClosesWhenAsked) {
  Client client(start());
  client.send("GET /healthz HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client.answer(), 200);
  EXPECT_EQ(client.answer(), 0);
}

TEST_F(HttpServer, AnswersInOrder) {
  service.hold = true;
  Client client(start());
  client.send(infer("a") + infer("b") + get("/v2"));
  service.await_held(2);
  service.release();  // b first
  EXPECT_EQ(client.answer(), 200);
  EXPECT_NE(client.last_body.find(R"("id":"a")"), std::string::npos);
  EXPECT_EQ(client.answer(), 200);
  EXPECT_NE(client.last_body.find(R"("id":"b")"), std::string::npos);
  EXPECT_EQ(client.answer(), 200);
}

TEST_F(HttpServer, PipeliningIsBounded) {
  options.limits.pipelined = 2;
  service.hold = true;
  Client client(start());
  client.send(infer("a") + infer("b") + infer("c"));
  service.await_held(2);
  {
    const std::lock_guard lock(service.mutex);
    EXPECT_EQ(service.held.size(), 2u);
  }
  service.release();
  EXPECT_EQ(client.answer(), 200);
  EXPECT_EQ(client.answer(), 200);
  service.await_held(1);
  service.release();
  EXPECT_EQ(client.answer(), 200);
}

TEST_F(HttpServer, HangingUpCancels) {
  service.hold = true;
  {
    Client client(start());
    client.send(infer("a") + infer("b", "Connection: close\r\n"));
    service.await_held(2);
  }
  service.await_cancelled(2);
}

TEST_F(HttpServer, AHalfClosedClientStillGetsItsAnswer) {
  service.hold = true;
  Client client(start());
  client.send(infer("a"));
  service.await_held(1);
  client.socket().shutdown(tcp::socket::shutdown_send);
  service.await_cancelled(1);
  service.release();
  EXPECT_EQ(client.answer(), 200);
  EXPECT_EQ(client.answer(), 0);
}

TEST_F(HttpServer, ChunkedBodies) {
  options.limits.body_bytes = 100000;
  const auto port = start();
  const std::string head =
      "POST /v2/repository/index HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  Client client(port);
  client.send(head + "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n");
  EXPECT_EQ(client.answer(), 200);

  std::string flood;
  for (int i = 0; i < 200000; ++i) flood += "1\r\n \r\n";
  Client flooding(port);
  flooding.send(head);
  flooding.send_freely(flood);
  EXPECT_EQ(flooding.answer(), 413);
}

TEST_F(HttpServer, ContinuesWhenExpected) {
  Client client(start());
  client.send(
      "POST /v2/repository/index HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: "
      "2\r\n\r\n");
  EXPECT_EQ(client.head(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("{}");
  EXPECT_EQ(client.answer(), 200);
}

TEST_F(HttpServer, WhatIsTooLargeOrWrongIsRefused) {
  options.limits.header_bytes = 4096;
  options.limits.body_bytes = 1000;
  const auto port = start();
  const auto status = [port](const std::string& text) {
    Client client(port);
    client.send_freely(text);
    return client.answer();
  };
  EXPECT_EQ(status(get("/v2", "X: " + std::string(5000, 'x') + "\r\n")), 431);
  EXPECT_EQ(status("POST /v2 HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n"), 413);
  EXPECT_EQ(status("POST /v2 HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n"), 400);
  EXPECT_EQ(
      status("POST /v2 HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
      400);
  EXPECT_EQ(status("POST /v2 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: "
                   "chunked\r\n\r\n0\r\n\r\n"),
            400);
  EXPECT_EQ(status("POST /v2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n"), 400);
  EXPECT_EQ(status("GET /v2 HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status("nonsense\r\n\r\n"), 400);
}

TEST_F(HttpServer, ASlowRequestIsTold) {
  options.limits.read_timeout = std::chrono::milliseconds(20);
  const auto port = start();
  Client header(port);
  header.send("GET /v2 HT");
  EXPECT_EQ(header.answer(), 408);
  EXPECT_EQ(header.answer(), 0);
  Client body(port);
  body.send("POST /v2/repository/index HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n{");
  EXPECT_EQ(body.answer(), 408);
}

TEST_F(HttpServer, AnIdleConnectionIsClosed) {
  options.limits.idle_timeout = std::chrono::milliseconds(20);
  Client client(start());
  EXPECT_EQ(client.answer(), 0);
}

TEST_F(HttpServer, WaitingForAnAnswerIsNotIdle) {
  // Long enough for the request to come in before it, however slow the machine.
  options.limits.idle_timeout = std::chrono::milliseconds(500);
  service.hold = true;
  const auto port = start();
  Client waiting(port);
  waiting.send(infer("a"));
  service.await_held(1);
  Client late(port);
  EXPECT_EQ(late.answer(), 0);  // its time began after the request's
  service.release();
  EXPECT_EQ(waiting.answer(), 200);
}

TEST_F(HttpServer, HeadHasNoBody) {
  Client client(start());
  client.send("HEAD /metrics HTTP/1.1\r\nHost: h\r\n\r\n" + get("/healthz"));
  EXPECT_NE(client.head().find("Content-Length: 4001"), std::string::npos);
  EXPECT_EQ(client.answer(), 200);
}

TEST_F(HttpServer, SendsEvents) {
  Client client(start());
  client.send(get("/api/v1/live/stream?interval_ms=100"));
  EXPECT_NE(client.head().find("text/event-stream"), std::string::npos);
  const std::string event = "event: live\ndata: {\"node\":\"n\"}\n\n";
  EXPECT_EQ(client.body(2 * event.size()), event + event);
}

// As reverse proxies ask.
TEST_F(HttpServer, SendsEventsToThoseWhoAskForNothingElse) {
  const auto port = start();
  const std::string event = "event: live\ndata: {\"node\":\"n\"}\n\n";
  for (const auto* head :
       {" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", " HTTP/1.0\r\n\r\n"}) {
    Client client(port);
    client.send(std::string("GET /api/v1/live/stream?interval_ms=100") + head);
    EXPECT_NE(client.head().find("text/event-stream"), std::string::npos);
    EXPECT_EQ(client.body(2 * event.size()), event + event);
  }
}

TEST_F(HttpServer, StoppingAnswersWhatWasAsked) {
  service.hold = true;
  const auto port = start();
  Client waiting(port), idle(port);
  waiting.send(infer("a"));
  service.await_held(1);
  server->stop();
  EXPECT_EQ(idle.answer(), 0);
  service.release();
  EXPECT_NE(waiting.head().find("Connection: close"), std::string::npos);
}

TEST_F(HttpServer, LargeBodiesThereAndBack) {
  Client client(start());
  const std::size_t size = 3'000'000;
  const std::string json = fmt::format(
      R"({{"parameters":{{"binary_data_output":true}},"inputs":[{{"name":"x","datatype":"UINT8","shape":[{}],"parameters":{{"binary_data_size":{}}}}}]}})",
      size, size);
  const std::string data(size, 'z');
  client.send(fmt::format("POST /v2/models/echo/infer HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n"
                          "Inference-Header-Content-Length: {}\r\n\r\n",
                          json.size() + size, json.size()) +
              json + data);
  EXPECT_EQ(client.answer(), 200);
  EXPECT_TRUE(client.last_body.ends_with(data));
}

}  // namespace
}  // namespace sluice::serve::http
