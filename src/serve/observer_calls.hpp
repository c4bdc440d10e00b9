// The calls that the protocols have answered: counts, times, and the summary line of the log.
#pragma once

#include <array>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "serve/observer_histogram.hpp"
#include "serve/request.hpp"

namespace sluice::serve {

inline constexpr std::size_t kStatuses = static_cast<std::size_t>(Status::internal) + 1;

/// One call of one protocol.
struct CallTotals {
  std::array<std::uint64_t, kStatuses> by_status{};
  MetricHistogram duration;  ///< of all statuses
};

/// Thread-safe.
class Calls {
 public:
  using Key = std::pair<std::string, std::string>;  ///< protocol, call
  /// Compares keys with pairs of views, so that looking one up makes no string.
  struct Less {
    using is_transparent = void;
    using View = std::pair<std::string_view, std::string_view>;
    bool operator()(const View& a, const View& b) const { return a < b; }
  };
  using ByCall = std::map<Key, CallTotals, Less>;

  /// `log_every`: successful inferences per line in the log; 0: none.
  explicit Calls(std::uint64_t log_every) : log_every_(log_every) {}

  void add(std::string_view protocol, std::string_view call, Status status, base::Duration latency,
           base::Time now);
  [[nodiscard]] ByCall totals() const;

 private:
  /// Inferences since the last line.
  struct Summary {
    base::Time since = base::kNever;
    base::Duration sum{0};
    FineHistogram latency;
  };
  static void log(const Summary& summary, base::Time now);

  std::uint64_t log_every_;
  mutable std::mutex mutex_;
  ByCall totals_;
  Summary summary_;
};

}  // namespace sluice::serve
