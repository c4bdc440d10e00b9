// Dates in text that was read from a label.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace sluice::rules {

/// A declared way to write a date, in the conversions of strptime: %d and %m (one or two digits),
/// %Y (four digits), %y (two digits: 2000 to 2099), %b (Jan to Dec in English, case ignored), %%.
/// Other characters stand for themselves. Without %d the date is the last day of its month, as for
/// "best before end of". A value; const functions are thread-safe.
class DateFormat {
 public:
  /// Error (invalid): an unknown or repeated conversion, no year or no month.
  static base::Result<DateFormat> parse(std::string text);

  /// Every date of the calendar written like this anywhere in the text, in its order. Not what is
  /// part of something longer: digits directly before or after it, or behind the format's own
  /// punctuation ("11/2026" in "21/11/2026").
  [[nodiscard]] std::vector<std::chrono::year_month_day> find(std::string_view text) const;

  /// As it was declared.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  explicit DateFormat(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

}  // namespace sluice::rules
