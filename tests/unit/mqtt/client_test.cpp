// Against a real broker, which goes and comes back.
#include "mqtt/client.hpp"

#include <condition_variable>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/mqtt/test_broker.hpp"

namespace sluice::mqtt {
namespace {

using testing::Contains;
using testing::ElementsAre;

constexpr std::chrono::seconds kPatience{20};

/// What arrived.
class Inbox {
 public:
  Client::Handler handler() {
    return [this](const Message& message) {
      const std::lock_guard lock(mutex_);
      messages_.push_back(message.topic + "=" + message.payload);
      arrived_.notify_all();
    };
  }
  /// All, when there are `count` at least.
  std::vector<std::string> wait(std::size_t count) {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, kPatience, [this, count] { return messages_.size() >= count; });
    return messages_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<std::string> messages_;
};

/// Over several attempts to connect.
bool never_publishes(Client& client) {
  for (int i = 0; i < 50; ++i) {
    if (client.publish({.topic = "t", .payload = "1", .qos = 1}, kPatience)) return false;
    ::usleep(5000);
  }
  return !client.connected();
}

/// Tries until the broker has it, as the callers that queue do.
base::Status publish_at_last(Client& client, const Message& message) {
  base::Status ok;
  const auto end = std::chrono::steady_clock::now() + kPatience;
  do {
    ok = client.publish(message, std::chrono::seconds(2));
    if (!ok) ::usleep(5000);
  } while (!ok && std::chrono::steady_clock::now() < end);
  return ok;
}

class MqttClient : public testing::Test {
 protected:
  void SetUp() override {
    if (TestBroker::program().empty()) GTEST_SKIP() << "mosquitto is not installed";
  }
  static ClientOptions options_for(const TestBroker& broker) {
    ClientOptions options;
    options.broker = broker.url();
    options.first_retry = std::chrono::milliseconds(10);
    options.last_retry = std::chrono::milliseconds(50);
    return options;
  }
  static std::unique_ptr<Client> started(const ClientOptions& options) {
    auto client = Client::start(options);
    EXPECT_TRUE(client) << client.error().message;
    return client ? std::move(*client) : nullptr;
  }
};

TEST_F(MqttClient, MessagesGoRoundAtEachQualityOfService) {
  TestBroker broker;
  broker.start();
  Inbox inbox;
  auto client = started(options_for(broker));
  const auto inbox_subscription = client->subscribe("line/+/trigger", 2, inbox.handler());
  ASSERT_TRUE(inbox_subscription);
  const std::string binary("\0\xff", 2);
  for (int qos = 0; qos <= 2; ++qos) {
    const auto ok = publish_at_last(
        *client, {.topic = "line/1/trigger", .payload = binary + std::to_string(qos), .qos = qos});
    ASSERT_TRUE(ok) << ok.error().message;
  }
  ASSERT_TRUE(client->publish({.topic = "line/1/other", .payload = "x"}, kPatience));
  EXPECT_THAT(inbox.wait(3),
              ElementsAre("line/1/trigger=" + binary + "0", "line/1/trigger=" + binary + "1",
                          "line/1/trigger=" + binary + "2"));
}

TEST_F(MqttClient, ComesBackWithItsSubscriptionsAndBirth) {
  TestBroker broker;
  auto options = options_for(broker);
  options.birth = {{.topic = "state", .payload = "online", .qos = 1, .retain = true}};
  Inbox inbox;
  auto client = started(options);  // before there is a broker
  EXPECT_FALSE(client->connected());
  const auto inbox_subscription = client->subscribe("t", 1, inbox.handler());
  ASSERT_TRUE(inbox_subscription);
  std::vector<std::string> expected;
  for (int round = 0; round < 2; ++round) {
    const auto away = client->publish({.topic = "t", .payload = "lost", .qos = 1}, kPatience);
    ASSERT_FALSE(away);
    EXPECT_EQ(away.error().code, base::ErrorCode::unavailable);
    broker.start();
    const auto payload = std::to_string(round);
    ASSERT_TRUE(publish_at_last(*client, {.topic = "t", .payload = payload, .qos = 1}));
    expected.push_back("t=" + payload);
    EXPECT_EQ(inbox.wait(expected.size()), expected);

    Inbox births;
    auto other = started(options_for(broker));
    const auto births_subscription = other->subscribe("state", 1, births.handler());
    ASSERT_TRUE(births_subscription);
    EXPECT_THAT(births.wait(1), ElementsAre("state=online"));
    other.reset();
    broker.kill();
    while (client->connected()) ::usleep(1000);
  }
}

TEST_F(MqttClient, SeveralMayAskForTheSame) {
  TestBroker broker;
  broker.start();
  Inbox first;
  Inbox second;
  auto client = started(options_for(broker));
  const auto one = client->subscribe("t", 1, first.handler());
  auto two = client->subscribe("t", 1, second.handler());
  ASSERT_TRUE(one && two);
  ASSERT_TRUE(publish_at_last(*client, {.topic = "t", .payload = "a", .qos = 1}));
  EXPECT_THAT(first.wait(1), ElementsAre("t=a"));
  EXPECT_THAT(second.wait(1), ElementsAre("t=a"));
  two->reset();
  ASSERT_TRUE(client->publish({.topic = "t", .payload = "b", .qos = 1}, kPatience));
  EXPECT_THAT(first.wait(2), ElementsAre("t=a", "t=b"));
  EXPECT_THAT(second.wait(1), ElementsAre("t=a"));
}

// The broker says it for a client that vanishes, the client itself when it ends.
TEST_F(MqttClient, TheLastWillIsPublished) {
  TestBroker broker;
  auto options = options_for(broker);
  options.will = Message{.topic = "will/1", .payload = "gone", .qos = 1};
  options.birth = {{.topic = "will/1", .payload = "there", .qos = 1}};
  // A client whose process is killed; forked while this one has no threads.
  int go[2];
  ASSERT_EQ(::pipe(go), 0);
  const pid_t process = ::fork();
  if (process == 0) {
    char byte = 0;
    (void)!::read(go[0], &byte, 1);
    options.will->topic = options.birth[0].topic = "will/2";
    const auto second = Client::start(options);
    ::pause();
    ::_exit(0);
  }
  broker.start();
  Inbox inbox;
  auto watcher = started(options_for(broker));
  const auto inbox_subscription = watcher->subscribe("will/#", 1, inbox.handler());
  ASSERT_TRUE(inbox_subscription);
  ASSERT_TRUE(publish_at_last(*watcher, {.topic = "will/ready", .payload = "1", .qos = 1}));

  auto first = started(options);
  EXPECT_THAT(inbox.wait(2), Contains("will/1=there"));
  first.reset();
  EXPECT_THAT(inbox.wait(3), Contains("will/1=gone"));

  ASSERT_EQ(::write(go[1], "g", 1), 1);
  EXPECT_THAT(inbox.wait(4), Contains("will/2=there"));
  ::kill(process, SIGKILL);
  ::waitpid(process, nullptr, 0);
  EXPECT_THAT(inbox.wait(5), Contains("will/2=gone"));
  ::close(go[0]);
  ::close(go[1]);
}

TEST_F(MqttClient, AWrongPasswordIsNoConnection) {
  TestBroker broker("allow_anonymous false\npassword_file FOLDER/passwords\n");
  // "right", as mosquitto_passwd writes it.
  ASSERT_EQ(std::system(("cd " + broker.folder().string() +
                         " && touch passwords && chmod 700 passwords &&"
                         " mosquitto_passwd -b passwords user right 2>/dev/null")
                            .c_str()),
            0);
  broker.start();
  auto options = options_for(broker);
  options.username = "user";
  options.password = "right";
  auto right = started(options);
  EXPECT_TRUE(publish_at_last(*right, {.topic = "t", .payload = "1", .qos = 1}));
  options.password = "wrong";
  auto wrong = started(options);
  EXPECT_TRUE(never_publishes(*wrong));
}

TEST_F(MqttClient, TlsTrustsTheGivenAuthorityOnly) {
  TestBroker broker(
      "allow_anonymous true\ncertfile FOLDER/server.pem\nkeyfile FOLDER/server.key\n");
  ASSERT_EQ(std::system(("cd " + broker.folder().string() +
                         " && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test"
                         " -addext subjectAltName=IP:127.0.0.1 -keyout server.key"
                         " -out server.pem 2>/dev/null && chmod 644 server.key")
                            .c_str()),
            0);
  broker.start();
  auto options = options_for(broker);
  options.broker = broker.url("mqtts");
  options.ca_file = (broker.folder() / "server.pem").string();
  auto trusting = started(options);
  const auto ok = publish_at_last(*trusting, {.topic = "t", .payload = "1", .qos = 1});
  EXPECT_TRUE(ok) << ok.error().message;
  options.ca_file.clear();
  auto wary = started(options);
  EXPECT_TRUE(never_publishes(*wary));
}

TEST_F(MqttClient, RefusesOptionsMessagesAndFiltersThatCannotBe) {
  EXPECT_FALSE(Client::start({}));
  ClientOptions options;
  options.broker = "mqtt://127.0.0.1:1";
  options.will = Message{.topic = "a/#", .payload = {}};
  EXPECT_FALSE(Client::start(options));
  options.will.reset();
  options.keep_alive = {};
  EXPECT_FALSE(Client::start(options));
  options.keep_alive = std::chrono::seconds(30);
  auto client = started(options);
  const auto topic = client->publish({.topic = "a/+", .payload = {}}, kPatience);
  ASSERT_FALSE(topic);
  EXPECT_EQ(topic.error().code, base::ErrorCode::invalid);
  const auto filter = client->subscribe("a#", 0, {});
  ASSERT_FALSE(filter);
  EXPECT_EQ(filter.error().code, base::ErrorCode::invalid);
  EXPECT_FALSE(client->publish({.topic = "a", .payload = {}, .qos = 3}, kPatience));
}

}  // namespace
}  // namespace sluice::mqtt
