#include "rules/line_counter.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>
#include <utility>

namespace sluice::rules {
namespace {

constexpr std::size_t kNoTrack = static_cast<std::size_t>(-1);

/// The way from `before` to `after` across the segment of the line; nullopt: it does not cross.
/// What lies on the line counts as left of it, so that a stop there does not count twice.
std::optional<Direction> crossing(const LineCrossing& line, Point before, Point after) {
  const double side_before = side(line.from, line.to, before);
  const double side_after = side(line.from, line.to, after);
  if ((side_before > 0) == (side_after > 0)) return std::nullopt;
  // The ends of the line must lie on different sides of the way, or on it.
  const double side_from = side(before, after, line.from);
  const double side_to = side(before, after, line.to);
  if ((side_from > 0 && side_to > 0) || (side_from < 0 && side_to < 0)) return std::nullopt;
  return side_after > 0 ? Direction::left_to_right : Direction::right_to_left;
}

}  // namespace

std::vector<LineCounter::Crossing> LineCounter::update(
    const LineCrossing& rule, std::span<const vision::Object* const> objects, base::Time now) {
  std::erase_if(tracks_, [&](const Track& track) { return now - track.seen > rule.forget_after; });

  std::vector<Track> found;
  for (const vision::Object* object : objects) {
    if (!object->box) continue;
    found.push_back({object->id, object->label, anchor_point(*object->box, rule.anchor), now});
  }

  std::vector<Crossing> crossings;
  const std::vector<std::size_t> track_of = associate(rule, found);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (track_of[i] == kNoTrack) {
      tracks_.push_back(std::move(found[i]));
      continue;
    }
    Track& track = tracks_[track_of[i]];
    const auto direction = crossing(rule, track.point, found[i].point);
    if (direction && (rule.direction == Direction::both || rule.direction == *direction)) {
      crossings.push_back({found[i].id, *direction});
    }
    track = std::move(found[i]);
  }
  total_ += crossings.size();
  return crossings;
}

/// For each found object the track it continues, or kNoTrack. Each track is continued once.
std::vector<std::size_t> LineCounter::associate(const LineCrossing& rule,
                                                const std::vector<Track>& found) const {
  // (distance, object, track): ties go to the first object and the oldest track.
  std::vector<std::tuple<double, std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (std::size_t t = 0; t < tracks_.size(); ++t) {
      if (rule.association == Association::same_id) {
        if (tracks_[t].id == found[i].id) pairs.emplace_back(0, i, t);
        continue;
      }
      const double distance =
          std::hypot(tracks_[t].point.x - found[i].point.x, tracks_[t].point.y - found[i].point.y);
      if (tracks_[t].label == found[i].label && distance <= rule.max_distance) {
        pairs.emplace_back(distance, i, t);
      }
    }
  }
  std::sort(pairs.begin(), pairs.end());

  std::vector<std::size_t> track_of(found.size(), kNoTrack);
  std::vector<bool> taken(tracks_.size());
  for (const auto& [distance, object, track] : pairs) {
    if (track_of[object] != kNoTrack || taken[track]) continue;
    track_of[object] = track;
    taken[track] = true;
  }
  return track_of;
}

}  // namespace sluice::rules
