#include <gtest/gtest.h>

#include "serve/http/content_coding.hpp"
#include "serve/http/target.hpp"

namespace sluice::serve::http {
namespace {

TEST(Target, IsSplitAndDecoded) {
  const auto target = parse_target("/v2/models/a%2Fb%20c?end=on+time&x&y=%26");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/v2/models/a%2Fb%20c");
  EXPECT_EQ(target->segments, (std::vector<std::string>{"v2", "models", "a/b c"}));
  EXPECT_EQ(target->parameter("end"), "on time");
  EXPECT_EQ(target->parameter("x"), "");
  EXPECT_EQ(target->parameter("y"), "&");
  EXPECT_EQ(target->parameter("z"), std::nullopt);
}

TEST(Target, WhatIsNoPathIsRefused) {
  for (const char* text :
       {"", "*", "http://h/", "/%", "/%4", "/%zz", "/%+1", "/%00", "/%ff", "/x?a=%"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
}

TEST(ContentCoding, ThereAndBack) {
  const std::string text(100000, 'a');
  const std::string packed = compress(text);
  EXPECT_LT(packed.size(), 1000u);
  EXPECT_EQ(decompress(packed, text.size()).value(), text);
  EXPECT_EQ(decompress(packed, text.size() - 1).error().code, base::ErrorCode::unavailable);
  EXPECT_EQ(decompress(packed.substr(0, packed.size() - 1), text.size()).error().code,
            base::ErrorCode::invalid);
  EXPECT_FALSE(decompress(packed + "x", text.size()));
  EXPECT_FALSE(decompress("", 10));
}

TEST(ContentCoding, WhatAClientAccepts) {
  EXPECT_TRUE(accepts_gzip("deflate, GZIP;q=0.5"));
  EXPECT_TRUE(accepts_gzip("*"));
  EXPECT_FALSE(accepts_gzip(""));
  EXPECT_FALSE(accepts_gzip("gzip;q=0"));
  EXPECT_FALSE(accepts_gzip("deflate"));
}

}  // namespace
}  // namespace sluice::serve::http
