#include "rules/line_counter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/rules/found.hpp"

namespace sluice::rules {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

// From the top of the image to its bottom: left of it is where x is larger.
LineCrossing line(Direction direction = Direction::both) {
  LineCrossing crossing;
  crossing.from = {100, 0};
  crossing.to = {100, 200};
  crossing.direction = direction;
  return crossing;
}

/// Shows frames to one rule, 100 ms apart.
class Walk {
 public:
  explicit Walk(const LineCrossing& test) : rule_(rule_of(test)) {}

  std::vector<std::string> frame(const Objects& objects) {
    verdict_ = evaluate(rule_, Frame{objects, {}, now_, kToday}, lines_);
    now_ += milliseconds(100);
    EXPECT_EQ(verdict_.decision, verdict_.objects.empty() ? Decision::ok : Decision::ko);
    return verdict_.objects;
  }
  void pause(milliseconds time) { now_ += time; }
  [[nodiscard]] std::uint64_t total() const { return lines_.total(); }
  [[nodiscard]] std::string sentence() const { return explain(verdict_); }

 private:
  CameraRule rule_;
  LineCounter lines_;
  Verdict verdict_;
  base::Time now_{};
};

TEST(LineCrossing, CountsAnObjectOnce) {
  Walk walk(line());
  EXPECT_THAT(walk.frame({boxed("a-1", "car", 60, 50)}), IsEmpty());
  EXPECT_THAT(walk.frame({boxed("b-1", "car", 90, 50)}), IsEmpty());
  EXPECT_THAT(walk.frame({boxed("c-1", "car", 120, 50)}), ElementsAre("c-1"));
  EXPECT_EQ(walk.sentence(),
            "KO by rule \"line_crossing\": 1 object crossed the line, 1 so far (c-1).");
  EXPECT_THAT(walk.frame({boxed("d-1", "car", 150, 50)}), IsEmpty());
  EXPECT_EQ(walk.total(), 1U);
}

TEST(LineCrossing, HasADirection) {
  for (const auto& [direction, rightward, leftward] : {std::tuple(Direction::both, 1U, 1U),
                                                       {Direction::right_to_left, 1U, 0U},
                                                       {Direction::left_to_right, 0U, 1U}}) {
    // Facing down the image, its right-hand part is to the left.
    Walk walk(line(direction));
    walk.frame({boxed("a-1", "car", 90, 50)});
    walk.frame({boxed("a-1", "car", 110, 50)});
    EXPECT_EQ(walk.total(), rightward);
    walk.frame({boxed("a-1", "car", 90, 50)});
    EXPECT_EQ(walk.total(), rightward + leftward);
  }
}

TEST(LineCrossing, AStopOnTheLineDoesNotCountTwice) {
  Walk walk(line());
  for (const float x : {90.F, 100.F, 100.F, 110.F}) walk.frame({boxed("a-1", "car", x, 50)});
  EXPECT_EQ(walk.total(), 1U);
  for (const float x : {100.F, 110.F, 100.F, 90.F}) walk.frame({boxed("a-1", "car", x, 50)});
  EXPECT_EQ(walk.total(), 2U);
}

TEST(LineCrossing, EndsWhereTheLineEnds) {
  Walk walk(line());
  walk.frame({boxed("a-1", "car", 90, 250)});
  walk.frame({boxed("a-1", "car", 110, 250)});
  EXPECT_EQ(walk.total(), 0U);
}

TEST(LineCrossing, NearestPairsBelongTogether) {
  Walk walk(line());
  walk.frame({boxed("a-1", "car", 95, 50), boxed("a-2", "car", 140, 50)});
  // Taken in order, a-1 would jump to the far car; the nearest of each is its own.
  EXPECT_THAT(walk.frame({boxed("b-1", "car", 150, 50), boxed("b-2", "car", 105, 50)}),
              ElementsAre("b-2"));
}

TEST(LineCrossing, AnotherLabelOrTooFarIsAnotherObject) {
  LineCrossing test = line();
  test.max_distance = 30;
  Walk walk(test);
  walk.frame({boxed("a-1", "car", 90, 50)});
  walk.frame({boxed("b-1", "dog", 110, 50)});
  EXPECT_EQ(walk.total(), 0U);
  walk.frame({boxed("c-1", "car", 125, 50)});
  EXPECT_EQ(walk.total(), 0U);
}

TEST(LineCrossing, IsForgottenAfterATime) {
  Walk walk(line());
  walk.frame({boxed("a-1", "car", 90, 50)});
  walk.pause(milliseconds(1900));
  walk.frame({boxed("b-1", "car", 110, 50)});
  EXPECT_EQ(walk.total(), 1U);
  walk.pause(milliseconds(1901));
  walk.frame({boxed("c-1", "car", 90, 50)});
  EXPECT_EQ(walk.total(), 1U);
}

TEST(LineCrossing, SurvivesAFrameWithoutTheObject) {
  Walk walk(line());
  walk.frame({boxed("a-1", "car", 90, 50)});
  walk.frame({labelled("b-1", "car")});
  walk.frame({boxed("c-1", "car", 110, 50)});
  EXPECT_EQ(walk.total(), 1U);
}

TEST(LineCrossing, TracksMayBeGiven) {
  LineCrossing test = line();
  test.association = Association::same_id;
  Walk walk(test);
  walk.frame({boxed("t-1", "car", 10, 50), boxed("t-2", "car", 90, 50)});
  // Far away, and the nearest is another one: the id decides.
  EXPECT_THAT(walk.frame({boxed("t-1", "car", 190, 50), boxed("t-2", "car", 80, 50)}),
              ElementsAre("t-1"));
}

}  // namespace
}  // namespace sluice::rules
