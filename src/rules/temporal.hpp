// From the verdicts on the frames of a stream to events that last: for N of the last M frames, with
// hysteresis and cool-down.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "rules/combine.hpp"
#include "rules/verdict.hpp"

namespace sluice::rules {

struct TemporalOptions {
  std::string name;  ///< in verdicts; empty: "temporal"
  int frames = 1;    ///< KO frames that raise the event...
  int window = 1;    ///< ...among this many last ones (at most 100,000)
  /// The event clears when at most this many frames of the window are KO; unset: frames - 1, no
  /// hysteresis.
  std::optional<int> clear_frames;
  /// From raising an event until the next may be raised. Where the frames still ask for it then, it
  /// is raised with the next frame.
  base::Duration cool_down{};
  /// Frames older than this count no more, so that a stream that stood still starts anew.
  base::Duration max_age = base::kForever;
  /// A NO_DECISION frame: as_ko; ignore: it does not enter the window; keep: it takes a place in
  /// it.
  NoDecision no_decision = NoDecision::keep;
};

/// Errors (invalid) name the option and what it may be.
base::Status check(const TemporalOptions& options);

/// A pure state machine over the frames of one stream. Not thread-safe.
class TemporalRule {
 public:
  enum class Change : std::uint8_t { none, raised, cleared };

  struct Result {
    /// KO while the event lasts, else OK. Its objects are those of the frame.
    Verdict verdict;
    Change change = Change::none;
  };

  /// The options have passed check().
  explicit TemporalRule(TemporalOptions options);

  /// Takes the verdict on the next frame, captured at `now`, which must not go backwards.
  Result update(const Verdict& frame, base::Time now);

  [[nodiscard]] bool active() const { return active_; }

 private:
  struct Entry {
    base::Time time;
    bool ko = false;
  };

  void enter(Decision decision, base::Time now);
  void drop_oldest();

  TemporalOptions options_;
  std::deque<Entry> window_;
  int ko_ = 0;  ///< of the window
  bool active_ = false;
  std::optional<base::Time> raised_;  ///< last
};

}  // namespace sluice::rules
