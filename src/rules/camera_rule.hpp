// What can be asked of the objects of one camera: the rules' options.
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "rules/date_format.hpp"
#include "rules/geometry.hpp"
#include "rules/pattern.hpp"
#include "rules/verdict.hpp"

namespace sluice::rules {

/// Which of several objects must be as wanted for OK.
enum class Match : std::uint8_t {
  all,
  any,
  last,  ///< the last object alone decides
};

/// Both ends belong to it. Infinite: no limit on that side.
struct Range {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
};

/// The label is one of these. Looks at objects that have a label.
struct ExpectedLabel {
  std::vector<std::string> labels;
  Match match = Match::last;
};

/// No object has one of these labels. Nothing found is OK.
struct UnexpectedLabel {
  std::vector<std::string> labels;
};

/// At least `min` objects are selected. Where the step found some, but none of the selected labels,
/// that is 0 objects.
struct MinObjects {
  int min = 1;
};

/// At most `max` objects are selected. Nothing found is OK.
struct MaxObjects {
  int max = 0;
};

/// The text contains a match. Looks at objects that have a text.
struct TextMatch {
  Pattern pattern;
  Match match = Match::all;
};

/// The text's date, in one of the formats, is today plus `min_days_left` or later. Where a text has
/// several dates the latest counts: an expiry date comes after a date of production. Looks at
/// objects whose text has a date.
struct DateNotPast {
  std::vector<DateFormat> formats;
  int min_days_left = 0;
  Match match = Match::all;
};

struct ScoreRange {
  Range score;
  Match match = Match::all;
};

/// The number of selected objects with the anchor of their box in the zone is at least `min` and
/// at most `max`. Nothing found is 0 objects.
struct ZoneCount {
  std::vector<Point> polygon;  ///< at least three corners, pixels of the full image
  Anchor anchor = Anchor::centre;
  int min = 0;
  std::optional<int> max = std::nullopt;
};

/// Size and position of boxes: all of the given ranges, in pixels of the full image. Looks at
/// objects that have a box.
struct BoxRange {
  std::optional<Range> width = std::nullopt;
  std::optional<Range> height = std::nullopt;
  std::optional<Range> area = std::nullopt;
  std::optional<Range> x = std::nullopt;  ///< of the anchor
  std::optional<Range> y = std::nullopt;  ///< of the anchor
  Anchor anchor = Anchor::centre;
  Match match = Match::all;
};

/// Seen from `from` towards `to`.
enum class Direction : std::uint8_t { both, left_to_right, right_to_left };

/// How an object is found again in the next frame.
enum class Association : std::uint8_t {
  nearest,  ///< the nearest anchor of the same label, nearest pairs first
  same_id,  ///< objects keep their id from frame to frame: a tracker gave it
};

/// For streams: KO in each frame in which the anchor of an object crosses the line from one frame
/// to the next. Arriving on the line from the left is no crossing yet; from the right it is.
struct LineCrossing {
  Point from;
  Point to;
  Direction direction = Direction::both;
  Anchor anchor = Anchor::centre;
  Association association = Association::nearest;
  double max_distance = 100;  ///< pixels an object may move between frames (nearest)
  base::Duration forget_after{std::chrono::seconds(2)};  ///< an object not seen for longer is new
};

/// Which of a camera's objects a rule looks at.
struct Selection {
  std::string step;                 ///< empty: all steps
  std::vector<std::string> labels;  ///< empty: all labels
};

struct CameraRule {
  std::string name;  ///< in verdicts; empty: its kind
  Selection select;
  /// The decision when the step found nothing, or the rule looks at each object and none is left
  /// to look at. Unset: NO_DECISION for expected_label, min_nb_objects and the rules that look at
  /// each object; as said there for the others. Not for line_crossing.
  std::optional<Decision> when_empty;
  std::variant<ExpectedLabel, UnexpectedLabel, MinObjects, MaxObjects, TextMatch, DateNotPast,
               ScoreRange, ZoneCount, BoxRange, LineCrossing>
      test;
};

/// "expected_label", "unexpected_label", "min_nb_objects", "max_nb_objects", "text_match",
/// "date_not_past", "score_range", "zone_count", "box_range", "line_crossing".
[[nodiscard]] std::string_view kind(const CameraRule& rule);
/// The rule's name, or its kind.
[[nodiscard]] std::string name(const CameraRule& rule);

/// A step of the camera and the labels that its model can give.
struct StepLabels {
  std::string step;
  std::vector<std::string> labels;  ///< empty: not known, so that any may be named
};

/// Checks a rule against the camera's steps. Errors (invalid) name the rule, the value and what it
/// may be; unknown steps and labels come with the nearest known one.
base::Status check(const CameraRule& rule, std::span<const StepLabels> steps);

}  // namespace sluice::rules
