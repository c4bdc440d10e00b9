#include "mqtt/address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::mqtt {
namespace {

TEST(BrokerAddress, HasADefaultPortForEachScheme) {
  const auto plain = parse_address("mqtt://broker.local");
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_EQ(plain->host, "broker.local");
  EXPECT_EQ(plain->port, 1883);
  EXPECT_FALSE(plain->tls);
  const auto secure = parse_address("mqtts://[::1]");
  ASSERT_TRUE(secure) << secure.error().message;
  EXPECT_EQ(secure->host, "::1");
  EXPECT_EQ(secure->port, 8883);
  EXPECT_TRUE(secure->tls);
  EXPECT_EQ(parse_address("mqtt://[::1]:99")->port, 99);
  EXPECT_EQ(parse_address("mqtt://10.0.0.1:65535")->port, 65535);
}

TEST(BrokerAddress, RefusesEverythingElse) {
  for (const char* text : {"", "broker", "tcp://broker", "mqtt://", "mqtt://:1883",
                           "mqtt://a:", "mqtt://a:0", "mqtt://a:65536", "mqtt://a:x",
                           "mqtt://a/topic", "mqtt://[::1", "mqtt://[::1]9", "mqtt://a b"}) {
    const auto address = parse_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code, base::ErrorCode::invalid);
  }
  const auto secret = parse_address("mqtt://user:hidden@broker");
  ASSERT_FALSE(secret);
  EXPECT_THAT(secret.error().message, testing::Not(testing::HasSubstr("hidden")));
}

TEST(BrokerAddress, UserAndPasswordStandApart) {
  const auto parts = split_user("mqtts://ann:p:w@host:1");
  EXPECT_EQ(parts.broker, "mqtts://host:1");
  EXPECT_EQ(parts.username, "ann");
  EXPECT_EQ(parts.password, "p:w");
  EXPECT_EQ(split_user("mqtt://ann@host").username, "ann");
  EXPECT_EQ(split_user("mqtt://host").broker, "mqtt://host");
  EXPECT_EQ(split_user("a@b").broker, "a@b");
}

}  // namespace
}  // namespace sluice::mqtt
