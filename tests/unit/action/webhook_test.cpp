// Against a server, through the queue and the loaded client.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "action/queue.hpp"
#include "action/webhook_action.hpp"
#include "unit/action/action_folder.hpp"
#include "unit/transfer/http_test_server.hpp"

namespace sluice::action {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using transfer::HttpTestServer;

std::vector<std::string> ids_of(const HttpTestServer& server) {
  std::vector<std::string> ids;
  for (const auto& request : server.requests()) {
    ids.emplace_back(boost::json::parse(request.body()).at("id").as_string());
  }
  return ids;
}

std::unique_ptr<ActionQueue> queue_of(const ActionFolder& folder, WebhookOptions options) {
  std::vector<QueuedAction> actions;
  actions.push_back({"hook", make_webhook_action(std::move(options)), {}});
  auto queue =
      ActionQueue::open(folder / "queue.db", {.path = folder / "dead"}, std::move(actions));
  EXPECT_TRUE(queue) << queue.error().message;
  return queue ? std::move(*queue) : nullptr;
}

const std::vector<std::string> kHook{"hook"};

TEST(Webhook, PostsSignedCloudEvents) {
  HttpTestServer server([](const auto&) { return HttpTestServer::answer(202, ""); });
  const auto action = make_webhook_action({.url = server.url("/hook?key=1"),
                                           .secret = "It's a Secret to Everybody",
                                           .fields = {{"Authorization", "Bearer token"}}});
  ASSERT_TRUE(action->act(event_of("i-1")));
  const auto request = server.requests().at(0);
  EXPECT_EQ(request.method_string(), "POST");
  EXPECT_EQ(request.target(), "/hook?key=1");
  EXPECT_EQ(request["Content-Type"], "application/cloudevents+json; charset=utf-8");
  EXPECT_EQ(request["Authorization"], "Bearer token");
  EXPECT_EQ(request["X-Hub-Signature-256"],
            signature_of(request.body(), "It's a Secret to Everybody"));
  EXPECT_EQ(boost::json::parse(request.body()),
            boost::json::value({{"specversion", "1.0"},
                                {"id", "i-1"},
                                {"source", "/sluice/stations/line%201"},
                                {"type", "sluice.item"},
                                {"subject", "KO"},
                                {"time", "2026-11-22T12:00:00.123Z"},
                                {"datacontenttype", "application/json"},
                                {"data", event_of("i-1").details}}));
}

// The example of GitHub's documentation of its webhooks.
TEST(Webhook, SignsAsOthersDo) {
  EXPECT_EQ(signature_of("Hello, World!", "It's a Secret to Everybody"),
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
}

TEST(Webhook, StatusesDecideAboutAnotherAttempt) {
  std::atomic<int> status = 0;
  HttpTestServer server([&status](const auto&) { return HttpTestServer::answer(status, ""); });
  const auto action = make_webhook_action({.url = server.url(), .secret = ""});
  for (const int good : {200, 201, 204}) {
    status = good;
    EXPECT_TRUE(action->act(event_of("i"))) << good;
  }
  for (const int later : {408, 425, 429, 500, 503}) {
    status = later;
    const auto ok = action->act(event_of("i"));
    ASSERT_FALSE(ok) << later;
    EXPECT_EQ(ok.error().code, base::ErrorCode::unavailable) << later;
  }
  for (const int never : {302, 400, 401, 404, 410}) {
    status = never;
    const auto ok = action->act(event_of("i"));
    ASSERT_FALSE(ok) << never;
    EXPECT_EQ(ok.error().code, base::ErrorCode::invalid) << never;
  }
}

TEST(Webhook, ATargetThatHangsOrFailsIsAskedAgainInOrderWithTheSameId) {
  std::atomic<int> calls = 0;
  HttpTestServer server([&calls](const auto&) -> std::optional<std::string> {
    const int call = ++calls;
    if (call == 1) return std::nullopt;
    return HttpTestServer::answer(call == 2 ? 500 : 200, "");
  });
  const ActionFolder folder;
  auto queue = queue_of(folder, {.url = server.url(), .secret = "", .timeout = milliseconds(100)});
  WallTime now = wall(milliseconds(0));
  for (const char* id : {"1", "2"}) ASSERT_TRUE(queue->enqueue(event_of(id), kHook, now));
  for (WallTime next = now; next != WallTime::max(); next = queue->step(0, now)) {
    now = std::max(now, next);
  }
  EXPECT_THAT(ids_of(server), ElementsAre("1", "1", "1", "2"));
  EXPECT_EQ(queue->counters()[0].done, 2u);
}

TEST(Webhook, ARefusalIsADeadLetterWithoutSecrets) {
  HttpTestServer server([](const auto&) { return HttpTestServer::answer(404, ""); });
  const ActionFolder folder;
  auto queue = queue_of(folder, {.url = server.url("/hook?key=hidden"), .secret = "hidden"});
  const WallTime now = wall(milliseconds(0));
  ASSERT_TRUE(queue->enqueue(event_of("1"), kHook, now));
  while (queue->step(0, now) != WallTime::max()) {
  }
  const auto lines = lines_of(folder / "dead");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_THAT(lines[0], HasSubstr("status 404"));
  EXPECT_THAT(lines[0], Not(HasSubstr("hidden")));
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(Webhook, ChecksItsOptions) {
  EXPECT_FALSE(check(WebhookOptions{}));
  EXPECT_FALSE(check(WebhookOptions{.url = "ftp://a/", .secret = ""}));
  EXPECT_FALSE(check(WebhookOptions{.url = "http://a/", .secret = "", .timeout = milliseconds(0)}));
  EXPECT_TRUE(check(WebhookOptions{.url = "https://a/", .secret = ""}));
}

}  // namespace
}  // namespace sluice::action
