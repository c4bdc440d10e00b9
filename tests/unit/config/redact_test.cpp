#include "config/redact.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace sluice::config {
namespace {

boost::json::value redacted(const char* text) {
  auto configuration = boost::json::parse(text).as_object();
  redact(configuration);
  return configuration;
}

TEST(Redact, HidesWhereSecretsAreKept) {
  const auto shown =
      redacted(R"({"serve":{"tokens":"/etc/t","tls":{"certificate":"c.pem","key":"k.pem"}}})");
  const auto& serve = shown.at("serve");
  EXPECT_EQ(serve.at("tokens"), "(hidden)");
  EXPECT_EQ(serve.at("tls").at("key"), "(hidden)");
  EXPECT_EQ(serve.at("tls").at("certificate"), "c.pem");
}

TEST(Redact, HidesUsersOfUrlsWhereverTheyStand) {
  const auto shown =
      redacted(R"({"tasks":[{"source":{"path":"rtsp://me:a@b@cam:554/live?x=@"}}]})");
  EXPECT_EQ(shown.at("tasks").at(0).at("source").at("path"), "rtsp://(hidden)@cam:554/live?x=@");
}

TEST(Redact, LeavesTheRest) {
  for (const char* text :
       {R"({"serve":null,"node":{"name":"a@b"}})", R"({"tasks":[{"path":"http://cam/a@b"}]})",
        R"({"serve":{"http":"127.0.0.1:8000"},"models":[1,true,null]})"}) {
    EXPECT_EQ(redacted(text), boost::json::parse(text));
  }
}

}  // namespace
}  // namespace sluice::config
