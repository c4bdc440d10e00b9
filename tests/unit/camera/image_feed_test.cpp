#include "camera/image_feed.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/manual_clock.hpp"
#include "doubles.hpp"

namespace sluice::camera {
namespace {

using Order = ImagesOptions::Order;
using testing::HasSubstr;

class ImageFeedTest : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 1; i <= 9; ++i) {
      paths_.push_back(folder_.write(std::to_string(i), "PIXELS " + std::to_string(i)));
    }
  }
  ImageFeed make(const ImagesOptions& options) { return {paths_, options, decoder_, clock_}; }

  std::string next(ImageFeed& feed) {
    const auto sample = feed.next({});
    if (!sample) return sample.error().message;
    if (!*sample) return "end";
    return std::to_string(std::get<vision::Image>((*sample)->data).width());
  }
  std::string next(ImageFeed& feed, int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += next(feed);
    return all;
  }

  Folder folder_;
  FakeDecoder decoder_;
  base::ManualClock clock_;
  std::vector<std::string> paths_;
};

TEST_F(ImageFeedTest, SortedAndRepeated) {
  ImageFeed feed = make({.path = folder_.path()});
  EXPECT_EQ(next(feed, 11), "12345678912");
}

TEST_F(ImageFeedTest, EndsWhereItIsNotRepeated) {
  ImageFeed feed = make({.path = folder_.path(), .repeat = false});
  EXPECT_EQ(next(feed, 9), "123456789");
  EXPECT_EQ(next(feed), "end");
  EXPECT_EQ(next(feed), "end");
}

TEST_F(ImageFeedTest, ARandomOrderHasEachImageOnceAndFollowsFromItsSeed) {
  const ImagesOptions random{.path = folder_.path(), .order = Order::random, .seed = 7};
  ImageFeed feed = make(random);
  ImageFeed same = make(random);
  ImageFeed other = make({.path = folder_.path(), .order = Order::random, .seed = 8});
  const std::string first = next(feed, 9);
  const std::string second = next(feed, 9);
  EXPECT_NE(first, "123456789");
  EXPECT_NE(first, second);
  for (const std::string& round : {first, second}) {
    EXPECT_EQ(std::set<char>(round.begin(), round.end()).size(), 9u) << round;
  }
  EXPECT_EQ(next(same, 18), first + second);
  EXPECT_NE(next(other, 9), first);
}

TEST_F(ImageFeedTest, SaysWhereAnImageIsFromAndWhen) {
  ImageFeed feed = make({.path = folder_.path()});
  clock_.set(at_ms(77));
  const auto sample = feed.next({});
  ASSERT_TRUE(sample);
  EXPECT_EQ((*sample)->name, folder_.path("1"));
  EXPECT_EQ((*sample)->captured, at_ms(77));
}

TEST_F(ImageFeedTest, ABrokenOrMissingImageLosesOnlyItself) {
  folder_.write("2", "");
  std::filesystem::remove(folder_.path("3"));
  ImageFeed feed = make({.path = folder_.path()});
  EXPECT_EQ(next(feed), "1");
  EXPECT_THAT(next(feed), HasSubstr("/2: the image is corrupt"));
  EXPECT_THAT(next(feed), HasSubstr("/3: the file cannot be read"));
  EXPECT_EQ(next(feed), "4");
}

}  // namespace
}  // namespace sluice::camera
