// From what a model found to the rows of an answer.
#pragma once

#include <span>
#include <vector>

#include "serve/zmq/class_numbers.hpp"
#include "serve/zmq/detector_message.hpp"
#include "vision/object.hpp"

namespace sluice::serve::zmq {

/// The objects with a box of an image of that size (in pixels, at least 1), best first, at most
/// kRows; without those below `min_score` and, where `numbers` are given, those they do not have.
[[nodiscard]] std::vector<Row> rows_of(std::span<const vision::Object> objects, int width,
                                       int height, float min_score, const ClassNumbers& numbers);

}  // namespace sluice::serve::zmq
