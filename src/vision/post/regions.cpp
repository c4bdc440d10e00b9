#include "vision/post/regions.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace sluice::vision::post {
namespace {

/// Elements next to each other in a row.
struct Run {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t region = 0;  ///< its place in RegionScan::regions_
};

/// Goes down the rows with the regions that reach the last one, so that no element needs a label:
/// a region that a row does not go on with is complete.
class RegionScan {
 public:
  RegionScan(float threshold, const std::function<void(const Region&)>& found)
      : threshold_(threshold), found_(found) {}

  void row(std::span<const float> values, std::size_t y) {
    current_.clear();
    for (std::size_t x = 0; x < values.size(); ++x) {
      if (!(values[x] > threshold_)) continue;
      const std::size_t begin = x;
      double sum = 0;
      for (; x < values.size() && values[x] > threshold_; ++x) sum += values[x];
      current_.push_back({begin, x, regions_.size()});
      parents_.push_back(regions_.size());
      regions_.push_back({begin, y, x, y + 1, x - begin, sum});
    }
    connect();
    next_row();
  }

  void end() {
    current_.clear();
    next_row();
  }

 private:
  std::size_t root_of(std::size_t region) {
    while (parents_[region] != region) {
      parents_[region] = parents_[parents_[region]];
      region = parents_[region];
    }
    return region;
  }

  void unite(std::size_t one, std::size_t other) {
    const auto [kept, gone] = std::minmax({root_of(one), root_of(other)});
    if (kept == gone) return;
    parents_[gone] = kept;
    Region& into = regions_[kept];
    const Region& from = regions_[gone];
    into = {std::min(into.left, from.left),   std::min(into.top, from.top),
            std::max(into.right, from.right), std::max(into.bottom, from.bottom),
            into.count + from.count,          into.sum + from.sum};
  }

  /// Joins the runs of this row with those of the row before that they touch.
  void connect() {
    auto above = before_.cbegin();
    for (const Run& run : current_) {
      while (above != before_.cend() && above->end < run.begin) ++above;
      // The last one that this run touches may touch the next one, too.
      for (auto each = above; each != before_.cend() && each->begin <= run.end; ++each) {
        unite(each->region, run.region);
        above = each;
      }
    }
  }

  /// Tells the regions that are complete and keeps the others, numbered anew.
  void next_row() {
    constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
    numbers_.assign(regions_.size(), kNone);
    kept_.clear();
    for (Run& run : current_) {
      const std::size_t root = root_of(run.region);
      if (numbers_[root] == kNone) {
        numbers_[root] = kept_.size();
        kept_.push_back(regions_[root]);
      }
      run.region = numbers_[root];
    }
    for (std::size_t i = 0; i < regions_.size(); ++i) {
      if (parents_[i] == i && numbers_[i] == kNone) found_(regions_[i]);
    }
    std::swap(regions_, kept_);
    parents_.resize(regions_.size());
    for (std::size_t i = 0; i < parents_.size(); ++i) parents_[i] = i;
    std::swap(before_, current_);
  }

  float threshold_;
  const std::function<void(const Region&)>& found_;
  std::vector<Run> before_;
  std::vector<Run> current_;
  std::vector<Region> regions_;
  std::vector<std::size_t> parents_;  ///< a region that was joined points to the one it is part of
  std::vector<std::size_t> numbers_;
  std::vector<Region> kept_;
};

}  // namespace

void for_each_region(std::span<const float> map, std::size_t width, float threshold,
                     const std::function<void(const Region&)>& found) {
  if (width == 0) return;
  RegionScan scan(threshold, found);
  for (std::size_t y = 0; y < map.size() / width; ++y) scan.row(map.subspan(y * width, width), y);
  scan.end();
}

}  // namespace sluice::vision::post
