#include "transfer/http.hpp"

#include <gtest/gtest.h>

#include "unit/transfer/http_test_server.hpp"

namespace sluice::transfer {
namespace {

TEST(HttpAnswer, FindsTheFirstFieldInAnyCase) {
  const HttpAnswer answer{
      .status = 200, .fields = {{"ETag", "a"}, {"etag", "b"}, {"Tag", "c"}}, .body = {}};
  EXPECT_EQ(answer.field("eTAG"), "a");
  EXPECT_EQ(answer.field("tag"), "c");
  EXPECT_EQ(answer.field("eta"), "");
}

TEST(HttpClient, IsLoadedOnceAndSends) {
  HttpTestServer server([](const auto&) { return HttpTestServer::answer(200, "hello"); });
  const auto client = http_client();
  ASSERT_TRUE(client) << client.error().message;
  EXPECT_EQ(http_client().value(), *client);
  const auto answer = (*client)->send({.url = server.url()});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "hello");
}

}  // namespace
}  // namespace sluice::transfer
