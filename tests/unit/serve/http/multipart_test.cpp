#include "serve/http/multipart.hpp"

#include <gtest/gtest.h>

namespace sluice::serve::http {
namespace {

constexpr const char* kForm = "multipart/form-data; boundary=xYz";

std::string part_of(const std::string& disposition, const std::string& body) {
  return "--xYz\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + body + "\r\n";
}

std::string form_error(const std::string& type, const std::string& body) {
  const auto parts = parse_multipart(type, body);
  return parts ? "no error" : parts.error().message;
}

TEST(Multipart, KnowsItsType) {
  EXPECT_TRUE(is_multipart("multipart/form-data; boundary=a"));
  EXPECT_TRUE(is_multipart(" Multipart/Form-Data"));
  EXPECT_TRUE(is_multipart("multipart/form-data ;boundary=a"));
  EXPECT_FALSE(is_multipart("multipart/mixed; boundary=a"));
  EXPECT_FALSE(is_multipart("multipart/form-data2"));
  EXPECT_FALSE(is_multipart("image/jpeg"));
  EXPECT_FALSE(is_multipart(""));
}

TEST(Multipart, PartsInTheirOrder) {
  const std::string file("\xff\xd8\0\r\n--xY\r\n\r\n", 13);
  const std::string body = part_of("name=\"image\"; filename=\"a b.jpg\"", file) +
                           part_of("name=serial", "7") + part_of("name=\"empty\"", "") + "--xYz--";
  const auto parts = parse_multipart(kForm, body);
  ASSERT_TRUE(parts) << parts.error().message;
  ASSERT_EQ(parts->size(), 3u);
  EXPECT_EQ((*parts)[0].name, "image");
  EXPECT_EQ((*parts)[0].filename, "a b.jpg");
  EXPECT_EQ((*parts)[0].body, file);
  EXPECT_EQ((*parts)[1].name, "serial");
  EXPECT_EQ((*parts)[1].filename, "");
  EXPECT_EQ((*parts)[1].body, "7");
  EXPECT_EQ((*parts)[2].name, "empty");
  EXPECT_EQ((*parts)[2].body, "");
  // They lie in the text.
  EXPECT_EQ((*parts)[1].body.data(), body.data() + body.find("7\r\n"));
}

TEST(Multipart, WhatStandsAroundTheParts) {
  const std::string body =
      "a preamble\r\n--xYz \t\r\nX-Other: 1\r\ncontent-disposition:form-data;"
      "NAME=\"a\"\r\nContent-Type: image/png\r\n\r\nb\r\n--xYz--\r\nan end";
  const auto parts = parse_multipart("multipart/form-data; charset=utf-8; BOUNDARY=\"xYz\"", body);
  ASSERT_TRUE(parts) << parts.error().message;
  ASSERT_EQ(parts->size(), 1u);
  EXPECT_EQ(parts->front().name, "a");
  EXPECT_EQ(parts->front().body, "b");
}

TEST(Multipart, QuotedNames) {
  const auto parts =
      parse_multipart(kForm, part_of(R"(name="a\"b"; filename="c\\d;e=f.png")", "x") + "--xYz--");
  ASSERT_TRUE(parts) << parts.error().message;
  EXPECT_EQ(parts->front().name, R"(a"b)");
  EXPECT_EQ(parts->front().filename, R"(c\d;e=f.png)");
  const auto twice = parse_multipart(kForm, part_of(R"(name="\"a\"")", "x") + "--xYz--");
  ASSERT_TRUE(twice) << twice.error().message;
  EXPECT_EQ(twice->front().name, R"("a")");
}

TEST(Multipart, NoPartsAtAll) {
  const auto parts = parse_multipart(kForm, "--xYz--\r\n");
  ASSERT_TRUE(parts) << parts.error().message;
  EXPECT_TRUE(parts->empty());
}

TEST(Multipart, ABoundaryThatIsNone) {
  const std::string body = part_of("name=a", "x") + "--xYz--";
  for (const std::string type :
       {"multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary"}) {
    EXPECT_EQ(form_error(type, body), "the Content-Type names no boundary") << type;
  }
  const auto long_one = std::string(71, 'b');
  EXPECT_EQ(form_error("multipart/form-data; boundary=" + long_one, "--" + long_one + "--"),
            "the Content-Type names no boundary");
  EXPECT_EQ(form_error("multipart/form-data; boundary=other", body),
            "the multipart body does not contain its boundary");
  EXPECT_EQ(form_error(kForm, ""), "the multipart body does not contain its boundary");
}

TEST(Multipart, ABodyThatBreaksOff) {
  const std::string whole = part_of("name=a", "x") + "--xYz--";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(parse_multipart(kForm, whole.substr(0, size))) << size;
  }
  EXPECT_EQ(form_error(kForm, "--xYz\r\n--xYz--"), "a part of the multipart body has no header");
  EXPECT_EQ(form_error(kForm, "--xYzz\r\n\r\n\r\n--xYz--"),
            "the multipart body ends in the middle of a part");
}

TEST(Multipart, PartsNeedNames) {
  EXPECT_EQ(form_error(kForm, part_of("filename=\"a.png\"", "x") + "--xYz--"),
            "a part of the multipart body has no name");
  EXPECT_EQ(form_error(kForm, "--xYz\r\nContent-Type: a/b\r\n\r\nx\r\n--xYz--"),
            "a part of the multipart body has no name");
}

TEST(Multipart, PartsAreLimited) {
  std::string body;
  for (int i = 0; i < 64; ++i) body += part_of("name=a", "x");
  const auto parts = parse_multipart(kForm, body + "--xYz--");
  ASSERT_TRUE(parts) << parts.error().message;
  EXPECT_EQ(parts->size(), 64u);
  EXPECT_EQ(form_error(kForm, body + part_of("name=a", "x") + "--xYz--"),
            "the multipart body has more than 64 parts");
}

}  // namespace
}  // namespace sluice::serve::http
