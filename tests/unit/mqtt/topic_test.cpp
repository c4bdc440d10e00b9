#include "mqtt/topic.hpp"

#include <string>

#include <gtest/gtest.h>

namespace sluice::mqtt {
namespace {

// The examples of MQTT 3.1.1, section 4.7.
TEST(TopicFilter, MatchesAsTheStandardSays) {
  EXPECT_TRUE(matches("sport/tennis/player1/#", "sport/tennis/player1"));
  EXPECT_TRUE(matches("sport/tennis/player1/#", "sport/tennis/player1/ranking"));
  EXPECT_TRUE(matches("sport/#", "sport"));
  EXPECT_TRUE(matches("#", "a/b"));
  EXPECT_TRUE(matches("sport/tennis/+", "sport/tennis/player1"));
  EXPECT_FALSE(matches("sport/tennis/+", "sport/tennis/player1/ranking"));
  EXPECT_FALSE(matches("sport/+", "sport"));
  EXPECT_TRUE(matches("sport/+", "sport/"));
  EXPECT_TRUE(matches("+/+", "/finance"));
  EXPECT_TRUE(matches("/+", "/finance"));
  EXPECT_FALSE(matches("+", "/finance"));
  EXPECT_FALSE(matches("#", "$SYS/uptime"));
  EXPECT_FALSE(matches("+/uptime", "$SYS/uptime"));
  EXPECT_TRUE(matches("$SYS/#", "$SYS/uptime"));
  EXPECT_FALSE(matches("a/b", "a"));
  EXPECT_FALSE(matches("a", "A"));
}

TEST(TopicFilter, ChecksWildcards) {
  for (const char* filter : {"a", "/", "+", "#", "+/a/#", "a/+/b", " "}) {
    EXPECT_TRUE(check_filter(filter)) << filter;
  }
  for (const char* filter : {"", "a#", "a/#/b", "#/", "a+", "+a/b"}) {
    EXPECT_FALSE(check_filter(filter)) << filter;
  }
  EXPECT_FALSE(check_filter(std::string("a\0b", 3)));
  EXPECT_FALSE(check_filter(std::string(65536, 'a')));
}

TEST(Topic, HasNoWildcards) {
  EXPECT_TRUE(check_topic("line/1/KO"));
  for (const char* topic : {"", "line/+", "#", "a#"}) EXPECT_FALSE(check_topic(topic)) << topic;
}

TEST(Topic, IsTextThatBrokersTake) {
  EXPECT_TRUE(check_topic("line/\xC3\xA4"));
  for (const std::string_view topic : {std::string_view("a\0", 2), std::string_view("a\n"),
                                       std::string_view("a\x7F"), std::string_view("a\xFF")}) {
    EXPECT_FALSE(check_topic(topic)) << topic;
    EXPECT_FALSE(check_filter(topic)) << topic;
  }
}

}  // namespace
}  // namespace sluice::mqtt
