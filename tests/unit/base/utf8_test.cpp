#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace sluice::base {
namespace {

TEST(Utf8, WellFormedOrNot) {
  EXPECT_TRUE(is_utf8("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"));
  for (const char* text :
       {"\x80", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff"}) {
    EXPECT_FALSE(is_utf8(text));
  }
}

TEST(Utf8, WhatIsNoneIsReplacedByteByByte) {
  EXPECT_EQ(valid_utf8("a\xC3\xA4"), "a\xC3\xA4");
  EXPECT_EQ(valid_utf8("\xE2\x82z"), "\uFFFD\uFFFDz");
  EXPECT_EQ(valid_utf8(""), "");
}

}  // namespace
}  // namespace sluice::base
