// Which number a client gives each class.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sluice::serve::zmq {

/// Number by label; empty: a class has its place among the model's labels.
using ClassNumbers = std::map<std::string, int, std::less<>>;

/// A label map of Frigate: on each line a label, whose number is the line's, counted from 0, or a
/// number, blanks and a label. Of equal labels the first counts. Errors (invalid) begin with
/// `name`: not lines of text, a number above 100,000, no labels.
base::Result<ClassNumbers> parse_label_map(std::string_view text, std::string_view name);

/// That of a file. Errors name it: as vision::read_labels() and parse_label_map().
base::Result<ClassNumbers> read_label_map(const std::string& path);

}  // namespace sluice::serve::zmq
