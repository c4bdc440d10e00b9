#include "serve/zmq/detections.hpp"

#include <algorithm>

namespace sluice::serve::zmq {
namespace {

float fraction(float edge, int side) {
  return std::clamp(edge / static_cast<float>(side), 0.0F, 1.0F);
}

/// -1: the client has no such class.
int number_of(const vision::Object& object, const ClassNumbers& numbers) {
  if (numbers.empty()) return object.label_index;
  const auto known = numbers.find(object.label);
  return known == numbers.end() ? -1 : known->second;
}

}  // namespace

std::vector<Row> rows_of(std::span<const vision::Object> objects, int width, int height,
                         float min_score, const ClassNumbers& numbers) {
  std::vector<Row> rows;
  for (const auto& object : objects) {
    const int number = number_of(object, numbers);
    if (!object.box || number < 0 || object.score < min_score) continue;
    rows.push_back({static_cast<float>(number), object.score, fraction(object.box->y0, height),
                    fraction(object.box->x0, width), fraction(object.box->y1, height),
                    fraction(object.box->x1, width)});
  }
  std::ranges::stable_sort(rows, [](const Row& a, const Row& b) { return a[1] > b[1]; });
  rows.resize(std::min(rows.size(), kRows));
  return rows;
}

}  // namespace sluice::serve::zmq
