// Requests to an Api without sockets, and what they are answered.
#pragma once

#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/manual_clock.hpp"
#include "serve/http/api.hpp"
#include "unit/serve/http/fake_service.hpp"

namespace sluice::serve::http {

/// Work on other threads is done at once, unless the options say otherwise.
class ApiFixture : public testing::Test {
 protected:
  void make(ApiOptions options, double rate = 0) {
    const auto at_once = [](const std::function<void()>& work) { work(); };
    rates = std::make_unique<net::RateLimiter>(rate, 1);
    if (!options.run_slow) options.run_slow = at_once;
    if (!options.run_blocking) options.run_blocking = at_once;
    options.on_call = [this](const char* call, Status status, base::Duration) {
      calls.push_back(fmt::format("{} {}", call, to_string(status)));
    };
    api = std::make_unique<Api>(service, *tokens, *rates, clock, options);
  }

  /// From now on tokens are needed: "in", "op" and "ad", by their roles. Before make().
  void need_tokens() {
    const std::string file = testing::TempDir() + "/http_api_tokens";
    std::ofstream(file) << "infer in\noperate op\nadmin ad\n";
    ASSERT_EQ(chmod(file.c_str(), 0600), 0);
    auto loaded = net::Tokens::load(file);
    ASSERT_TRUE(loaded) << loaded.error().message;
    tokens = std::move(*loaded);
  }
  static Fields as(const std::string& token) {
    Fields fields;
    fields.authorization = "Bearer " + token;
    return fields;
  }

  /// `respond` is called with the answer.
  void begin(const std::string& method, const std::string& target, std::string body, Fields fields,
             Respond respond) {
    Request request;
    request.method = method;
    request.target = target;
    request.body = std::make_shared<const std::string>(std::move(body));
    request.fields = std::move(fields);
    request.peer = "10.0.0.1";
    request.defer = [](const std::function<void()>& work) { work(); };
    api->call(std::move(request), std::move(respond));
  }
  Response call(const std::string& method, const std::string& target, std::string body = {},
                Fields fields = {}) {
    std::optional<Response> got;
    begin(method, target, std::move(body), std::move(fields),
          [&got](Response response) { got = std::move(response); });
    EXPECT_TRUE(got.has_value());
    return got.value_or(Response());
  }
  Response get(const std::string& target) { return call("GET", target); }

  static std::string text(const Response& response) {
    std::string all;
    for (const Part& part : response.body) all += bytes_of(part);
    return all;
  }
  static boost::json::value json(const Response& response) {
    return boost::json::parse(text(response));
  }
  static std::string field(const Response& response, const std::string& name) {
    for (const auto& [key, value] : response.fields) {
      if (key == name) return value;
    }
    return {};
  }

  FakeService service;
  std::unique_ptr<net::Tokens> tokens = std::make_unique<net::Tokens>();
  std::unique_ptr<net::RateLimiter> rates;
  base::ManualClock clock;
  std::vector<std::string> calls;
  std::unique_ptr<Api> api;
};

}  // namespace sluice::serve::http
