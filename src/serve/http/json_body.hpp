// JSON bodies of inference requests: the arrays of numbers are kept apart from the rest, so that
// a tensor costs nine bytes per element on its way and no tree of values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "base/result.hpp"

namespace sluice::serve::http {

/// The elements of one `data` array, nested or flat, in order.
struct FlatData {
  enum class Kind : std::uint8_t {
    natural,   ///< `bits` is the number
    negative,  ///< `bits` is an int64 below zero
    real,      ///< `bits` is a double
    boolean,   ///< `bits` is 0 or 1
    text,      ///< `bits` is an index into `texts`
  };
  std::vector<std::uint64_t> bits;
  std::vector<Kind> kinds;
  std::vector<std::string> texts;
};

struct InferDocument {
  /// The body; where `inputs[i].data` was an array stands its index in `data`.
  boost::json::value root;
  std::vector<FlatData> data;
};

/// Error (invalid): not JSON, deeper than `depth`, or a `data` that holds more than numbers,
/// strings and booleans.
base::Result<InferDocument> parse_infer_document(std::string_view text, std::uint32_t depth);

/// Any other JSON body; an empty one is an empty object. Error (invalid): not a JSON object, or
/// deeper than `depth`.
base::Result<boost::json::object> parse_object(std::string_view text, std::uint32_t depth);

}  // namespace sluice::serve::http
