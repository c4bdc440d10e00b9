#include "load/runner.hpp"

#include <atomic>
#include <thread>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <gtest/gtest.h>

namespace sluice::load {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

/// A server of one model that refuses every third inference, one connection after the other.
class OneModel {
 public:
  OneModel() : acceptor_(io_, {asio::ip::address_v4::loopback(), 0}) {
    thread_ = std::thread([this] { serve(); });
  }
  ~OneModel() {
    stop_ = true;
    boost::system::error_code ignored;
    tcp::socket wake(io_);
    wake.connect(acceptor_.local_endpoint(), ignored);
    wake.close();
    thread_.join();
  }
  [[nodiscard]] std::string url() const {
    return fmt::format("http://127.0.0.1:{}", acceptor_.local_endpoint().port());
  }
  [[nodiscard]] int inferences() const { return inferences_; }

 private:
  void serve() {
    while (!stop_) {
      tcp::socket socket(io_);
      boost::system::error_code error;
      acceptor_.accept(socket, error);
      boost::beast::flat_buffer buffer;
      while (!error && !stop_) {
        http::request<http::string_body> request;
        http::read(socket, buffer, request, error);
        if (error) break;
        http::write(socket, answer(request), error);
      }
    }
  }

  http::response<http::string_body> answer(const http::request<http::string_body>& request) {
    http::response<http::string_body> response(http::status::ok, 11);
    if (request.target() == "/v2/models/m") {
      response.body() = R"({"inputs":[{"name":"x","datatype":"FP32","shape":[-1,2]}]})";
    } else if (request.target() != "/v2/models/m/infer" || !request.body().ends_with(kZeros)) {
      response.result(http::status::not_found);
      response.body() = "{}";
    } else if (++inferences_ % 3 == 0) {
      response.result(http::status::too_many_requests);
      response.body() = R"({"error":"no","reason":"shed"})";
    }
    response.prepare_payload();
    return response;
  }

  static constexpr std::string_view kZeros{"\0\0\0\0\0\0\0\0", 8};
  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::atomic<bool> stop_{false};
  std::atomic<int> inferences_{0};
  std::thread thread_;
};

Plan plan_for(const OneModel& server, std::vector<std::string> settings) {
  settings.insert(settings.end(), {"model=m", "payload=zeros", "warm_up=0s", "count=30"});
  auto plan = make_plan(
      {.file = {}, .settings = std::move(settings), .streams = {}, .urls = {server.url()}});
  EXPECT_TRUE(plan) << plan.error().message;
  return *plan;
}

void expect_thirty(const StreamResult& result, const OneModel& server) {
  EXPECT_EQ(result.offered, 30u);
  EXPECT_EQ(result.on_time, 20u);
  EXPECT_EQ(result.refused.at("shed"), 10u);
  EXPECT_EQ(result.unanswered, 0u);
  EXPECT_EQ(server.inferences(), 30);
}

TEST(Run, OpenLoopSendsEveryArrival) {
  const OneModel server;
  const base::SteadyClock clock;
  const auto result =
      run(plan_for(server, {"arrivals=periodic", "rate=1000/s", "connections=1"}), clock, {});
  ASSERT_TRUE(result) << result.error().message;
  expect_thirty(result->streams.at(0), server);
}

TEST(Run, ClosedLoopSendsOneAfterTheOther) {
  const OneModel server;
  const base::SteadyClock clock;
  const auto result = run(plan_for(server, {"arrivals=closed"}), clock, {});
  ASSERT_TRUE(result) << result.error().message;
  expect_thirty(result->streams.at(0), server);
}

TEST(Run, AStopEndsIt) {
  const OneModel server;
  const base::SteadyClock clock;
  std::stop_source stop;
  stop.request_stop();
  auto plan = plan_for(server, {"arrivals=periodic", "rate=0.001/s", "duration=1h"});
  const auto result = run(plan, clock, stop.get_token());
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_LE(result->streams.at(0).offered, 1u);
}

TEST(Run, SaysThatNobodyIsThere) {
  std::string url;
  {
    const OneModel gone;
    url = gone.url();
  }
  const auto plan =
      make_plan({.file = {}, .settings = {"model=m", "rate=1/s"}, .streams = {}, .urls = {url}});
  ASSERT_TRUE(plan);
  const base::SteadyClock clock;
  const auto result = run(*plan, clock, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, base::ErrorCode::unavailable);
  EXPECT_NE(result.error().message.find("is the server running"), std::string::npos);
}

}  // namespace
}  // namespace sluice::load
