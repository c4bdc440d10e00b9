#include "transfer/curl/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/transfer/http_test_server.hpp"

namespace sluice::transfer::curl {
namespace {

using base::ErrorCode;
using testing::HasSubstr;
using testing::Not;

std::optional<std::string> echo(const HttpTestServer::Request& request) {
  return HttpTestServer::answer(200,
                                fmt::format("{} {} {}", std::string_view(request.method_string()),
                                            std::string_view(request.target()), request.body()));
}

std::string body_of(const base::Result<HttpAnswer>& answer) {
  return answer ? answer->body : "error: " + answer.error().message;
}

TEST(CurlClient, SendsMethodTargetFieldsAndBody) {
  HttpTestServer server(echo);
  CurlClient client;
  EXPECT_EQ(body_of(client.send({.url = server.url("/a/../b%20c?x=1")})), "GET /a/../b%20c?x=1 ");
  EXPECT_EQ(body_of(client.send({.method = "DELETE", .url = server.url("/d")})), "DELETE /d ");
  const std::string binary("\0\xff\r\n", 4);
  EXPECT_EQ(body_of(client.send({.method = "PUT",
                                 .url = server.url("/p"),
                                 .fields = {{"X-Empty", ""}, {"X-One", "1"}},
                                 .body = binary})),
            "PUT /p " + binary);
  const auto request = server.requests().back();
  EXPECT_EQ(request["X-One"], "1");
  EXPECT_EQ(request.count("X-Empty"), 1u);
  EXPECT_EQ(request.count("Content-Type"), 0u);
  EXPECT_EQ(request.count("Expect"), 0u);
  EXPECT_EQ(body_of(client.send({.method = "POST", .url = server.url("/e")})), "POST /e ");
  EXPECT_EQ(server.requests().back()["Content-Length"], "0");
}

TEST(CurlClient, ContentTypeIsTheCallers) {
  HttpTestServer server(echo);
  CurlClient client;
  ASSERT_TRUE(client.send({.method = "POST",
                           .url = server.url(),
                           .fields = {{"Content-Type", "application/json"}},
                           .body = "{}"}));
  EXPECT_EQ(server.requests().back()["Content-Type"], "application/json");
}

TEST(CurlClient, AnyStatusIsAnAnswerAndRedirectionsAreNotFollowed) {
  HttpTestServer server([](const auto& request) {
    return request.target() == "/moved"
               ? HttpTestServer::answer(302, "", "Location: /there\r\nX-A:  b \r\n")
               : HttpTestServer::answer(503, "later");
  });
  CurlClient client;
  const auto moved = client.send({.url = server.url("/moved")});
  ASSERT_TRUE(moved) << moved.error().message;
  EXPECT_EQ(moved->status, 302);
  EXPECT_EQ(moved->field("location"), "/there");
  EXPECT_EQ(moved->field("X-A"), "b");
  const auto busy = client.send({.url = server.url("/busy")});
  ASSERT_TRUE(busy) << busy.error().message;
  EXPECT_EQ(busy->status, 503);
  EXPECT_EQ(busy->body, "later");
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST(CurlClient, HeadHasFieldsAndNoBody) {
  HttpTestServer server([](const auto&) {
    return std::string("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nETag: \"x\"\r\n\r\n");
  });
  CurlClient client;
  const auto answer = client.send({.method = "HEAD", .url = server.url()});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->field("etag"), "\"x\"");
  EXPECT_EQ(answer->body, "");
}

TEST(CurlClient, FieldsOfInterimAnswersAreLeftOut) {
  HttpTestServer server([](const auto&) {
    return "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n" + HttpTestServer::answer(200, "ok");
  });
  CurlClient client;
  const auto answer = client.send({.url = server.url()});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->field("X-Early"), "");
}

TEST(CurlClient, UsesAConnectionAgainAndSurvivesItsEnd) {
  std::atomic<bool> close = false;
  HttpTestServer server([&close](const auto&) {
    return HttpTestServer::answer(200, "ok", close ? "Connection: close\r\n" : "");
  });
  CurlClient client;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(body_of(client.send({.url = server.url()})), "ok");
  EXPECT_EQ(server.connections(), 1);
  close = true;
  EXPECT_EQ(body_of(client.send({.url = server.url()})), "ok");
  EXPECT_EQ(body_of(client.send({.url = server.url()})), "ok");
  EXPECT_EQ(server.connections(), 2);
}

// Nothing of one request is left for the next on the same handle.
TEST(CurlClient, RequestsDoNotMix) {
  HttpTestServer server(echo);
  CurlClient client;
  const AwsSignature signature{.access_key = "key", .secret_key = "secret"};
  ASSERT_TRUE(client.send({.method = "PUT",
                           .url = server.url("/first"),
                           .fields = {{"X-One", "1"}},
                           .body = "body",
                           .signature = &signature}));
  EXPECT_EQ(body_of(client.send({.url = server.url("/second")})), "GET /second ");
  const auto second = server.requests().back();
  EXPECT_EQ(second.count("X-One"), 0u);
  EXPECT_EQ(second.count("Authorization"), 0u);
  EXPECT_EQ(server.connections(), 1);
}

TEST(CurlClient, ManyThreadsSendAtOnce) {
  HttpTestServer server(echo);
  CurlClient client;
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&client, &server, &right, t] {
      for (int i = 0; i < 25; ++i) {
        const auto body = fmt::format("{}-{}", t, i);
        if (body_of(client.send({.method = "POST", .url = server.url("/x"), .body = body})) ==
            "POST /x " + body) {
          ++right;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 100);
  EXPECT_LE(server.connections(), 4);
}

TEST(CurlClient, NoAnswerInTimeIsUnavailable) {
  HttpTestServer server([](const auto&) { return std::nullopt; });
  CurlClient client;
  const auto answer = client.send({.url = server.url(), .timeout = std::chrono::milliseconds(50)});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_THAT(answer.error().message, HasSubstr("127.0.0.1"));
}

TEST(CurlClient, AnAnswerThatStopsHalfWayIsUnavailable) {
  HttpTestServer server([](const auto&) {
    return std::string("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  });
  CurlClient client;
  const auto answer = client.send({.url = server.url(), .timeout = std::chrono::milliseconds(50)});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
}

TEST(CurlClient, AnAnswerMayBeAsLargeAsWantedAndNoLarger) {
  HttpTestServer server(
      [](const auto&) { return HttpTestServer::answer(200, std::string(100000, 'x')); });
  CurlClient client;
  EXPECT_EQ(body_of(client.send({.url = server.url(), .most_bytes = 100000})).size(), 100000u);
  const auto answer = client.send({.url = server.url(), .most_bytes = 99999});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_THAT(answer.error().message, HasSubstr("larger than the 99999 bytes"));
}

TEST(CurlClient, TheHeadOfAnAnswerIsLimited) {
  HttpTestServer server([](const auto&) {
    std::string fields;
    for (int i = 0; i < 100; ++i) fields += "X-Many: " + std::string(20000, 'x') + "\r\n";
    return HttpTestServer::answer(200, "", fields);
  });
  CurlClient client;
  const auto answer = client.send({.url = server.url()});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
}

TEST(CurlClient, RefusedConnectionsAndNonsenseAreUnavailable) {
  std::string gone;
  {
    HttpTestServer server(echo);
    gone = server.url();
  }
  CurlClient client;
  const auto refused = client.send({.url = gone});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  HttpTestServer nonsense([](const auto&) { return std::string("220 mail.example ESMTP\r\n"); });
  const auto answer = client.send({.url = nonsense.url()});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
}

TEST(CurlClient, MessagesHaveNoUserPathQueryOrSecret) {
  std::string port;
  {
    HttpTestServer server(echo);
    port = server.url("");
    port.erase(0, port.rfind(':'));
  }
  CurlClient client;
  const AwsSignature signature{.access_key = "accesskey", .secret_key = "hidden"};
  for (const std::string& url :
       {"http://user:hidden@127.0.0.1" + port + "/hidden?token=hidden",
        std::string("http://user:hidden@127.0.0.1:99999999/hidden?hidden"),
        std::string("ftp://user:hidden@127.0.0.1/hidden"), std::string("hidden"),
        std::string("http://127.0.0.1/hid den?hidden")}) {
    const auto answer = client.send({.url = url, .signature = &signature});
    ASSERT_FALSE(answer) << url;
    EXPECT_THAT(answer.error().message, Not(HasSubstr("hidden"))) << url;
    EXPECT_THAT(answer.error().message, Not(HasSubstr("user"))) << url;
  }
}

TEST(CurlClient, RefusesWhatIsNoRequest) {
  HttpTestServer server(echo);
  CurlClient client;
  using Fields = std::vector<std::pair<std::string, std::string>>;
  const HttpRequest wrong[] = {
      {.url = ""},
      {.url = "127.0.0.1"},
      {.url = "file:///etc/passwd"},
      {.method = "GET / HTTP/1.1\r\n", .url = server.url()},
      {.url = server.url(), .fields = Fields{{"X-A", "1\r\nX-B: 2"}}},
      {.url = server.url(), .fields = Fields{{"X-A: 1\r\nX-B", "2"}}},
      {.url = server.url(), .fields = Fields{{"", "2"}}},
  };
  for (const auto& request : wrong) {
    const auto answer = client.send(request);
    ASSERT_FALSE(answer) << request.url;
    EXPECT_EQ(answer.error().code, ErrorCode::invalid) << answer.error().message;
  }
  EXPECT_TRUE(server.requests().empty());
}

}  // namespace
}  // namespace sluice::transfer::curl
