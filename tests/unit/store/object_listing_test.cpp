#include "store/object_listing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::store {
namespace {

using Object = ObjectPage::Object;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ObjectListing, OfS3) {
  const auto page = parse_s3_page(
      R"(<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>
<IsTruncated>true</IsTruncated><NextContinuationToken>1/x==</NextContinuationToken>
<Contents><Key>a&amp;b &lt;&#233;.jpg</Key><Size>12</Size></Contents>
<Contents><Key>b/c</Key><Size>0</Size></Contents></ListBucketResult>)");
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_THAT(page->objects, ElementsAre(Object{"a&b <\xc3\xa9.jpg", 12}, Object{"b/c", 0}));
  EXPECT_EQ(page->next, "1/x==");
}

TEST(ObjectListing, OfAzure) {
  const auto page = parse_azure_page(
      "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?>"
      "<EnumerationResults ContainerName=\"c\"><Blobs><Blob><Name>a/b</Name><Properties>"
      "<Content-Length>7</Content-Length></Properties></Blob></Blobs><NextMarker />"
      "</EnumerationResults>");
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_THAT(page->objects, ElementsAre(Object{"a/b", 7}));
  EXPECT_EQ(page->next, "");
}

TEST(ObjectListing, OfGoogle) {
  const auto page = parse_gcs_page(
      R"({"kind":"storage#objects","nextPageToken":"t","items":[{"name":"a/b","size":"7"}]})");
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_THAT(page->objects, ElementsAre(Object{"a/b", 7}));
  EXPECT_EQ(page->next, "t");
  EXPECT_THAT(parse_gcs_page(R"({"kind":"storage#objects"})")->objects, IsEmpty());
}

TEST(ObjectListing, DamageIsAnError) {
  for (const char* text :
       {"", "x", "<", "<html></html>", "<ListBucketResult>",
        "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Key>a</Key><Size>-1</Size></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Size>1</Size></Contents></ListBucketResult>"}) {
    const auto page = parse_s3_page(text);
    ASSERT_FALSE(page) << text;
    EXPECT_EQ(page.error().code, base::ErrorCode::io);
    EXPECT_FALSE(parse_azure_page(text)) << text;
  }
  for (const char* text :
       {"", "[]", "{", R"({"items":1})", R"({"items":[1]})", R"({"items":[{"name":"a"}]})",
        R"({"items":[{"size":"1"}]})", R"({"items":[{"name":"a","size":"1x"}]})"}) {
    EXPECT_FALSE(parse_gcs_page(text)) << text;
  }
}

TEST(ObjectListing, EntitiesDoNotGrow) {
  const auto page = parse_s3_page(
      "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
      "<ListBucketResult><Contents><Key>&b;</Key><Size>1</Size></Contents></ListBucketResult>");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->objects[0].key, "&b;");
}

TEST(ObjectListing, ProblemsOfServers) {
  EXPECT_EQ(problem_in_xml("<?xml version='1.0'?><Error><Code>NoSuchBucket</Code></Error>"),
            "NoSuchBucket");
  EXPECT_EQ(problem_in_xml("no XML"), "");
  EXPECT_EQ(problem_in_json(R"({"error":{"code":404,"message":"Not found"}})"), "Not found");
  EXPECT_EQ(problem_in_json(R"({"error":"x"})"), "");
  EXPECT_EQ(problem_in_xml("<Error><Code>" + std::string(10'000, 'x') + "</Code></Error>").size(),
            200U);
}

}  // namespace
}  // namespace sluice::store
