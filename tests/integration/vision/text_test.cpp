// Reading a scanned page: text detection, crops, recognition.
#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/vision/network.hpp"
#include "vision/labels.hpp"

namespace sluice::vision {
namespace {

using testing::Each;
using testing::Ge;

/// PP-OCR's detection, as it was trained: ImageNet's mean and deviation, on blue, green and red.
PreprocessOptions detection_input(int width, int height) {
  PreprocessOptions options;
  options.width = width;
  options.height = height;
  options.resize = Resize::letterbox;
  options.color = ColorOrder::bgr;
  options.mean = {0.485, 0.456, 0.406};
  options.std = {0.229, 0.224, 0.225};
  return options;
}

/// Its recognition: 48 rows, the text from the left, the rest as good as 0 after normalising.
PreprocessOptions recognition_input(int width) {
  PreprocessOptions options;
  options.width = width;
  options.height = 48;
  options.resize = Resize::letterbox;
  options.align = Align::start;
  options.pad_value = 128;
  options.color = ColorOrder::bgr;
  options.mean = options.std = {0.5, 0.5, 0.5};
  return options;
}

post::CtcOptions ctc_keys() {
  post::CtcOptions options;
  options.keys = read_labels(demo_file("models/text-recognition.keys.txt")).value();
  return options;
}

/// The least number of characters to insert, leave out or replace (Levenshtein).
std::size_t edit_distance(const std::string& from, const std::string& to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({row[j] + 1, row[j + 1] + 1, replaced}));
    }
  }
  return row.back();
}

std::string without_spaces(std::string text) {
  std::erase(text, ' ');
  return text;
}

class ReadsText : public testing::Test {
 protected:
  void SetUp() override {
    if (demo_is_absent()) GTEST_SKIP() << kDemoAbsent;
  }

  static std::vector<Object> lines_of(const Image& page, int width, int height) {
    const Network detection("text-detection", detection_input(width, height),
                            post::TextRegionsOptions{});
    return detection.objects_in(page, {whole(page)}).at(0);
  }
};

TEST_F(ReadsText, OfAScannedPage) {
  const Image page = demo_image("scans/page.png");
  const std::vector<Object> lines = lines_of(page, 640, 320);
  const std::string expected[] = {"Region-based segmentation",
                                  "Let us first determine markers of the coins and the",
                                  "background. These markers are pixels that we can label",
                                  "unambiguously as either object or background. Here,",
                                  "the markers are found at the two extreme parts of the",
                                  "histogram of grey values:",
                                  ">>> markers = np.zeros_like(coins)"};
  ASSERT_EQ(lines.size(), std::size(expected));
  std::vector<Box> crops;
  for (const Object& line : lines) {
    EXPECT_GT(line.score, 0.9F);
    crops.push_back(crop_of(*line.box, page));
  }
  // Wide enough for the longest line at 48 rows.
  const Network recognition("text-recognition", recognition_input(800), ctc_keys(), 16);
  const auto read = recognition.objects_in(page, crops);
  ASSERT_EQ(read.size(), lines.size());
  std::size_t wrong = 0;
  std::size_t all = 0;
  for (std::size_t i = 0; i < read.size(); ++i) {
    ASSERT_EQ(read[i].size(), 1U);
    // The network leaves out spaces where letters are close; all else is read.
    const std::string text = without_spaces(read[i][0].text);
    const std::string wanted = without_spaces(expected[i]);
    EXPECT_LE(edit_distance(text, wanted), 4U) << read[i][0].text;
    wrong += edit_distance(text, wanted);
    all += wanted.size();
    EXPECT_GT(read[i][0].score, 0.75F);
  }
  EXPECT_LT(static_cast<double>(wrong), 0.03 * static_cast<double>(all));
  EXPECT_EQ(read[0][0].text, "Region-based segmentation");
  EXPECT_EQ(read[1][0].text, "Let us first determine markers of the coins and the");
}

// The boxes of a page do not depend on how it came into the network.
TEST_F(ReadsText, AtTheSamePlaceThroughAnyTransform) {
  const Image page = demo_image("scans/page.png");
  const std::vector<Object> wide = lines_of(page, 640, 320);
  const std::vector<Object> high = lines_of(page, 640, 640);
  ASSERT_EQ(wide.size(), high.size());
  std::vector<double> overlaps;
  for (std::size_t i = 0; i < wide.size(); ++i) {
    overlaps.push_back(intersection_over_union(*wide[i].box, *high[i].box));
  }
  EXPECT_THAT(overlaps, Each(Ge(0.85)));
}

TEST_F(ReadsText, NowhereOnAPhotographWithoutText) {
  EXPECT_TRUE(lines_of(demo_image("photos/chelsea.png"), 480, 320).empty());
}

}  // namespace
}  // namespace sluice::vision
