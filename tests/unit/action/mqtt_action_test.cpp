// Against a real broker, which goes and comes back.
#include "action/mqtt_action.hpp"

#include <condition_variable>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "action/queue.hpp"
#include "action/sinks.hpp"
#include "unit/action/action_folder.hpp"
#include "unit/mqtt/test_broker.hpp"

namespace sluice::action {
namespace {

using mqtt::TestBroker;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kPatience{20};

MqttOptions options_for(const TestBroker& broker) {
  MqttOptions options;
  options.client.broker = broker.url();
  options.client.first_retry = milliseconds(10);
  options.client.last_retry = milliseconds(50);
  options.topic = "line/{station}/{decision}";
  options.body = "{id}";
  return options;
}

/// A subscriber of everything, which remembers it.
class Watcher {
 public:
  explicit Watcher(const MqttOptions& options)
      : client_(mqtt::Client::start(options.client).value()) {
    auto all = client_->subscribe("#", 1, [this](const mqtt::Message& message) {
      const std::lock_guard lock(mutex_);
      messages_.push_back(message);
      arrived_.notify_all();
    });
    EXPECT_TRUE(all) << all.error().message;
    if (all) subscription_ = std::move(*all);
  }
  void wait_until_connected() {
    for (int i = 0; i < 5000 && !client_->connected(); ++i) ::usleep(2000);
  }
  std::vector<mqtt::Message> wait(std::size_t count) {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, kPatience, [this, count] { return messages_.size() >= count; });
    return messages_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<mqtt::Message> messages_;
  std::unique_ptr<mqtt::Client> client_;
  mqtt::Client::Subscription subscription_;
};

base::Status act_at_last(Action& action, const Event& event) {
  base::Status ok;
  const auto end = std::chrono::steady_clock::now() + kPatience;
  do {
    ok = action.act(event);
    if (!ok) ::usleep(5000);
  } while (!ok && std::chrono::steady_clock::now() < end);
  return ok;
}

class MqttActionTest : public testing::Test {
 protected:
  void SetUp() override {
    if (TestBroker::program().empty()) GTEST_SKIP() << "mosquitto is not installed";
  }
};

// Through the queue's threads; the broker is away at first, and again half way. It retains each
// event, so that a watcher gets those of before, too, though in no order.
TEST_F(MqttActionTest, NothingIsLostWhileTheBrokerIsAwayAndTheOrderIsKept) {
  TestBroker broker;
  const ActionFolder folder;
  auto options = options_for(broker);
  options.topic = "line/{id}";
  options.retain = true;
  std::vector<QueuedAction> actions;
  actions.push_back({"mqtt",
                     make_mqtt_action(options, "line 1").value(),
                     {.retry = {milliseconds(5), milliseconds(20)}}});
  auto queue =
      ActionQueue::open(folder / "queue.db", {.path = folder / "dead"}, std::move(actions)).value();
  const auto clock = [] {
    return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
  };
  queue->start(clock);
  const std::vector<std::string> names{"mqtt"};
  const auto add = [&](int from, int to) {
    for (int i = from; i < to; ++i) {
      ASSERT_TRUE(queue->enqueue(event_of(std::to_string(i)), names, clock()));
    }
  };
  for (const int first : {0, 20}) {
    add(first, first + 10);
    broker.start();
    Watcher watcher(options);
    watcher.wait_until_connected();
    add(first + 10, first + 20);
    std::set<int> all;
    int previous = -1;
    for (std::size_t count = 1; all.size() < 20; ++count) {
      const auto seen = watcher.wait(count);
      ASSERT_GE(seen.size(), count) << all.size() << " of 20 came";
      const auto& message = seen[count - 1];
      const int id = std::stoi(message.payload);
      all.insert(id);
      if (message.retain) continue;
      EXPECT_GE(id, previous);  // the same again when an answer was lost
      previous = id;
    }
    EXPECT_EQ(*all.begin(), first);
    EXPECT_EQ(*all.rbegin(), first + 19);
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (queue->counters()[0].waiting > 0 && std::chrono::steady_clock::now() < end) {
      ::usleep(2000);
    }
    broker.kill();
  }
  EXPECT_EQ(queue->counters()[0].done, 40u);
  EXPECT_EQ(queue->counters()[0].failed, 0u);
  EXPECT_TRUE(lines_of(folder / "dead").empty());
}

TEST_F(MqttActionTest, HomeAssistantFindsTheStation) {
  TestBroker broker;
  broker.start();
  auto options = options_for(broker);
  options.topic.clear();
  options.home_assistant = HomeAssistantOptions{.off_delay = milliseconds(1500)};
  auto action = make_mqtt_action(options, "line 1").value();
  ASSERT_TRUE(act_at_last(*action, event_of("i-1")));

  Watcher watcher(options);  // what is retained
  std::map<std::string, std::string> retained;
  for (const auto& message : watcher.wait(4)) {
    EXPECT_TRUE(message.retain) << message.topic;
    retained[message.topic] = message.payload;
  }
  EXPECT_EQ(retained["sluice/line_1/availability"], "online");
  const auto state = boost::json::parse(retained["sluice/line_1/state"]);
  EXPECT_EQ(state.at("decision").as_string(), "KO");
  EXPECT_EQ(state.at("reason").as_string(), "front is \"KO\"");
  const auto problem =
      boost::json::parse(retained["homeassistant/binary_sensor/sluice_line_1/problem/config"]);
  EXPECT_EQ(problem.at("unique_id").as_string(), "sluice_line_1_problem");
  EXPECT_EQ(problem.at("device_class").as_string(), "problem");
  EXPECT_EQ(problem.at("state_topic").as_string(), "sluice/line_1/state");
  EXPECT_EQ(problem.at("availability_topic").as_string(), "sluice/line_1/availability");
  EXPECT_EQ(problem.at("off_delay").as_int64(), 2);
  EXPECT_EQ(problem.at("device").at("name").as_string(), "line 1");
  const auto decision =
      boost::json::parse(retained["homeassistant/sensor/sluice_line_1/decision/config"]);
  EXPECT_EQ(decision.at("value_template").as_string(), "{{ value_json.decision }}");
  EXPECT_EQ(decision.at("device"), problem.at("device"));

  action.reset();
  const auto last = watcher.wait(5).back();
  EXPECT_EQ(last.topic, "sluice/line_1/availability");
  EXPECT_EQ(last.payload, "offline");
}

TEST_F(MqttActionTest, TheDefaultBodyIsTheEventAndTopicsHaveNoWildcardsPutIn) {
  TestBroker broker;
  broker.start();
  auto options = options_for(broker);
  options.body.clear();
  options.retain = true;
  Event event = event_of("i-1");
  event.station = "a+#b";
  auto action = make_mqtt_action(options, event.station).value();
  ASSERT_TRUE(act_at_last(*action, event));
  Watcher watcher(options);
  const auto message = watcher.wait(1).at(0);
  EXPECT_EQ(message.topic, "line/a__b/KO");
  EXPECT_EQ(boost::json::parse(message.payload).at("details"), boost::json::value(event.details));
}

// Brokers refuse such a topic by cutting the connection, which would be tried again and again.
TEST_F(MqttActionTest, TopicsHaveNothingPutInThatIsNoText) {
  TestBroker broker;
  broker.start();
  auto options = options_for(broker);
  options.topic = "line/{category}/{serial_number}";
  options.retain = true;
  Event event = event_of("i-1");
  event.details["category"] = "A17\r\n";
  event.details["serial_number"] = "\xE4\x7F";
  auto action = make_mqtt_action(options, event.station).value();
  ASSERT_TRUE(act_at_last(*action, event));
  Watcher watcher(options);
  EXPECT_EQ(watcher.wait(1).at(0).topic, "line/A17__/\uFFFD_");
}

TEST(MqttActionOptions, AreChecked) {
  MqttOptions options;
  EXPECT_FALSE(check(options));
  options.topic = "a/{decision}";
  EXPECT_TRUE(check(options));
  options.qos = 3;
  EXPECT_FALSE(check(options));
  options.qos = 1;
  options.topic = "a/#";
  EXPECT_FALSE(check(options));
  options.topic = "a/{nothing}";
  EXPECT_FALSE(check(options));
  options.topic = "a";
  options.body = "{";
  EXPECT_FALSE(check(options));
  options.body.clear();
  options.client.broker = "nowhere";
  EXPECT_FALSE(make_mqtt_action(options, "s"));
}

TEST(Sinks, WriteEachEvent) {
  const ActionFolder folder;
  const auto file = make_file_sink({.path = folder / "events.ndjson"});
  ASSERT_TRUE(file->act(event_of("1")));
  ASSERT_TRUE(file->act(event_of("2")));
  const auto lines = lines_of(folder / "events.ndjson");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(boost::json::parse(lines[1]).at("id").as_string(), "2");
  const auto function = make_function_sink([](const Event& event) -> base::Status {
    return base::fail(base::ErrorCode::unavailable, "{}", event.id);
  });
  EXPECT_EQ(function->act(event_of("3")).error().message, "3");
}

}  // namespace
}  // namespace sluice::action
