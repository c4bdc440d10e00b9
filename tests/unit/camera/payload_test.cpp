#include "camera/payload.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "camera/base64.hpp"
#include "doubles.hpp"

namespace sluice::camera {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Format = PayloadOptions::Format;

Values numbers(std::string_view payload, const PayloadOptions& options) {
  const auto content = parse_payload(payload, options);
  EXPECT_TRUE(content) << content.error().message;
  return content ? std::get<Values>(*content) : Values();
}

std::string error(std::string_view payload, const PayloadOptions& options) {
  const auto content = parse_payload(payload, options);
  if (content) return "no error";
  EXPECT_EQ(content.error().code, base::ErrorCode::invalid);
  return content.error().message;
}

const PayloadOptions kJson{Format::json, {}};
const PayloadOptions kArray{Format::array, {}};
const PayloadOptions kBase64{Format::base64, {}};

TEST(Payload, AllNumbersOfAnObjectInTheOrderOfTheirNames) {
  EXPECT_THAT(numbers(R"({"t": 21.5, "co2": 500, "ok": true, "id": "x", "a": -1})", kJson),
              ElementsAre(-1, 500, 21.5f));
}

TEST(Payload, TheGivenMembersInTheGivenOrder) {
  const PayloadOptions options{Format::json, {"t", "co2"}};
  EXPECT_THAT(numbers(R"({"co2": 500, "t": 21.5, "a": -1})", options), ElementsAre(21.5f, 500));
  EXPECT_EQ(error(R"({"co2": 500})", options), "it has no 't'");
  EXPECT_EQ(error(R"({"co2": 500, "t": "warm"})", options), "'t' is not a number");
  EXPECT_EQ(error("[1, 2]", options), "it is not an object, so it has no 't'");
}

TEST(Payload, AnArrayOrANumberIsJsonToo) {
  EXPECT_THAT(numbers("[1, 2.5, -3e2]", kJson), ElementsAre(1, 2.5f, -300));
  EXPECT_THAT(numbers(" 42 ", kJson), ElementsAre(42));
}

TEST(Payload, SaysWhatIsWrongWithJson) {
  EXPECT_THAT(error("", kJson), HasSubstr("not JSON"));
  EXPECT_THAT(error("{\"a\": 1", kJson), HasSubstr("not JSON"));
  EXPECT_EQ(error("{}", kJson), "no member of the object is a number");
  EXPECT_EQ(error("[]", kJson), "the array has no numbers");
  EXPECT_EQ(error("[1, null]", kJson), "element 1 is not a number");
  EXPECT_EQ(error("\"warm\"", kJson), "the value is not a number");
  EXPECT_EQ(error("[1e300]", kJson), "element 0 is too large for a 32-bit float");
  EXPECT_THAT(error(std::string(100'000, '['), kJson), HasSubstr("not JSON"));
}

TEST(Payload, FloatsAsTheyAre) {
  const std::string bytes("\x00\x00\x80\x3f\x00\x00\x20\xc1", 8);
  EXPECT_THAT(numbers(bytes, kArray), ElementsAre(1, -10));
  EXPECT_THAT(numbers(" [1, 2] ", kArray), ElementsAre(1, 2));
  // Begins like a JSON array, and is none.
  EXPECT_THAT(numbers(std::string("[\x00\x80\x3f", 4), kArray).size(), 1u);
  EXPECT_THAT(error("abc", kArray), HasSubstr("it has 3 bytes"));
  EXPECT_THAT(error("", kArray), HasSubstr("it has 0 bytes"));
  EXPECT_EQ(error(std::string("\x00\x00\x80\x7f", 4), kArray), "number 0 is not finite");
}

TEST(Payload, Base64WithAndWithoutItsPrefix) {
  // The examples of RFC 4648, section 10.
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm9vYmFy"), "foobar");
  EXPECT_EQ(decode_base64("Zm9v\r\nYmFy\n"), "foobar");
  EXPECT_EQ(decode_base64("data:image/jpeg;base64,Zm9vYmFy"), "foobar");
  for (const char* bad : {"Zg=", "Z", "Zm9v*mFy", "data:image/jpeg,Zm9v", "Zg==Zg==", "Zm-9"}) {
    EXPECT_FALSE(decode_base64(bad)) << bad;
  }
}

TEST(Payload, AnImageBecomesASample) {
  const FakeDecoder decoder;
  const auto plain = payload_sample("front#1", at_ms(5), "PIXELS 3", {Format::image, {}}, &decoder);
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_EQ(plain->name, "front#1");
  EXPECT_EQ(plain->captured, at_ms(5));
  EXPECT_EQ(std::get<vision::Image>(plain->data).width(), 3);
  EXPECT_EQ(plain->file, nullptr) << "neither JPEG nor PNG";
  const auto coded = payload_sample("front#1", at_ms(5), "UElYRUxTIDM=", kBase64, &decoder);
  ASSERT_TRUE(coded) << coded.error().message;
  EXPECT_EQ(std::get<vision::Image>(coded->data).width(), 3);
  const auto broken = payload_sample("front#1", at_ms(5), "UElY", kBase64, &decoder);
  EXPECT_EQ(broken.error().message, "front#1: the image is corrupt");
}

}  // namespace
}  // namespace sluice::camera
