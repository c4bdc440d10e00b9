#include "station/display.hpp"

#include <span>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/station/station_helpers.hpp"

namespace sluice::station {
namespace {

TEST(Display, KnowsNothingOfACameraThatGaveNothing) {
  const Display display;
  EXPECT_FALSE(display.state("front").failed);
  EXPECT_EQ(display.state("front").captured, store::WallTime{});
  EXPECT_EQ(display.picture("front", false).error().code, base::ErrorCode::not_found);
}

TEST(Display, TellsOfTheLastAttempt) {
  Display display;
  EXPECT_FALSE(display.show("front", reading(1, base::Time{}), noon()));
  EXPECT_EQ(display.state("front").captured, noon());
  EXPECT_TRUE(display.failed("front", "the lens is on"));
  EXPECT_FALSE(display.failed("front", "the lens is off")) << "no news";
  EXPECT_TRUE(display.state("front").failed);
  EXPECT_EQ(display.state("front").error, "the lens is off");
  EXPECT_EQ(display.state("front").captured, noon());
  EXPECT_TRUE(display.show("front", reading(1, base::Time{}), noon() + 1s));
  EXPECT_FALSE(display.state("front").failed);
  EXPECT_EQ(display.state("front").error, "");
}

TEST(Display, HasNoPictureOfNumbers) {
  Display display;
  display.show("front", reading(1, base::Time{}), noon());
  EXPECT_EQ(display.picture("front", false).error().code, base::ErrorCode::not_found);
}

TEST(Display, GivesTheLastPictureWithWhatWasFoundOnIt) {
  Display display;
  const vision::Image image(64, 48, std::vector<std::uint8_t>(3 * 64 * 48, 100));
  display.show("front", {"front", base::Time{}, image}, noon());
  const auto plain = display.picture("front", false);
  ASSERT_TRUE(plain) << plain.error().message;
  const auto decoded = vision::decoder().value()->decode(std::as_bytes(std::span(*plain)));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->width(), 64);
  EXPECT_EQ(display.picture("front", true).value(), *plain) << "nothing was found yet";

  vision::Object object;
  object.id = "look-1";
  object.label = "cap";
  object.box = vision::Box{10, 10, 40, 30};
  display.found("front", {object});
  EXPECT_NE(display.picture("front", true).value(), *plain);
  EXPECT_EQ(display.picture("front", false).value(), *plain);

  display.show("front", {"front", base::Time{}, image}, noon());
  EXPECT_EQ(display.picture("front", true).value(), *plain) << "it is another picture";
}

}  // namespace
}  // namespace sluice::station
