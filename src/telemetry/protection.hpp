// Who paid for whose deadlines: sheds, deferrals and idle slots, by protected task.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "schedule/event.hpp"

namespace sluice::telemetry {

/// What one task gave up for another.
struct Protection {
  schedule::TaskId protected_task = schedule::kNone;
  /// Who paid; kNone: only slot time was kept free.
  schedule::TaskId paid_by = schedule::kNone;
  std::uint64_t dropped = 0;
  std::uint64_t deferred = 0;
  std::uint64_t waits = 0;   ///< times a slot was kept free
  base::Duration waited{0};  ///< for how long in all
};

/// Follows a run's events, in order. Not thread-safe.
class Protections {
 public:
  explicit Protections(std::uint32_t slots) : waiting_(slots) {}

  void on_event(const schedule::Event& event);
  /// By protected task, then payer.
  [[nodiscard]] std::vector<Protection> all() const;

 private:
  using Key = std::pair<schedule::TaskId, schedule::TaskId>;
  struct Waiting {
    bool open = false;
    Key key;
    base::Time since{};
    base::Time until{};
  };

  Protection& entry(Key key);
  void close(Waiting& waiting, base::Time now);
  void open_wait(const schedule::Event& event);

  std::map<Key, Protection> entries_;
  std::vector<Waiting> waiting_;  ///< by slot
};

}  // namespace sluice::telemetry
