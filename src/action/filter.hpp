// Which events an action is for, and how often it may act.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "action/action.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace sluice::action {

/// At most `count` in any span of `per`.
struct RateLimit {
  int count = 1;  ///< 1 to 100,000
  base::Duration per{std::chrono::seconds(1)};

  /// "10/min": a number and /s, /min or /h. Errors: invalid.
  static base::Result<RateLimit> parse(std::string_view text);
};

struct FilterOptions {
  /// Of decisions (OK, KO, NO_DECISION) and kinds (item, raised, cleared): an event passes that has
  /// one of them. Empty: every event.
  std::vector<std::string> on;
  std::optional<RateLimit> rate_limit;
  base::Duration cool_down{};  ///< after an event that passed, none does for this long
};

/// Errors (invalid) name the option and what it may be.
base::Status check(const FilterOptions& options);

/// A pure state machine. Not thread-safe.
class Filter {
 public:
  /// The options have passed check().
  explicit Filter(FilterOptions options);

  /// Why the event at `now`, which must not go backwards, is passed over; empty: it passes, and
  /// counts against the limits. Events that are passed over do not.
  std::string_view pass(const Event& event, base::Time now);

 private:
  FilterOptions options_;
  std::optional<base::Time> last_;  ///< that passed
  std::deque<base::Time> recent_;   ///< that passed within the rate limit's span
};

}  // namespace sluice::action
