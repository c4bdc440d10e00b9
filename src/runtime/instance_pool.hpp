// The health of a model's instances: which one a batch gets, which are out of service, and
// when those are probed.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.hpp"

namespace sluice::runtime {

/// The instances of one model. A pure state machine (no threads, no clock):
///
///     free -> leased -> free                a batch ended well, or failed now and then
///             leased -> quarantined         failed too often in a row, or hangs
///     quarantined -> probing -> free        passed; on probation: one more failure sends it back
///                    probing -> quarantined failed, or hangs
///
/// The time until the next probe doubles with every probe, whatever its result, until a batch
/// ends well: example inputs prove little. An instance that hangs cannot be probed: its probe
/// is a replacement by a fresh copy. The copy that hangs stays in memory as an orphan until its
/// call returns, and until then there is no second replacement.
/// Not thread-safe.
class InstancePool {
 public:
  InstancePool(std::size_t instances, std::uint32_t quarantine_after, base::Duration probe_after);

  /// A free instance for a batch; none: all are leased or out of service.
  std::optional<std::size_t> lease();
  /// The leased instance did its work.
  void succeeded(std::size_t index);
  /// The leased instance failed. True: it is quarantined now.
  bool failed(std::size_t index, base::Time now);
  /// The leased instance goes back without a verdict (its batch was told to stop).
  void released(std::size_t index);
  /// The leased or probing instance hangs: quarantined, with a call inside.
  void lost(std::size_t index, base::Time now);
  /// The call in a lost instance returned: it can be probed.
  void returned(std::size_t index, base::Time now);
  /// The call in the copy that was replaced returned.
  void orphan_returned(std::size_t index);

  struct Probe {
    std::size_t index = 0;
    bool replace = false;  ///< it hangs: put a fresh copy in its place
  };
  /// A quarantined instance whose probe is due; it counts as probing from now on.
  std::optional<Probe> take_probe(base::Time now);
  /// The end of a probe or replacement.
  void probed(std::size_t index, bool ok, base::Time now);
  /// When take_probe() will have something; kNever: nothing is quarantined.
  [[nodiscard]] base::Time next_probe() const;

  /// Instances that are free or leased.
  [[nodiscard]] std::size_t in_service() const;
  /// One of them, if there is one.
  [[nodiscard]] std::optional<std::size_t> any_in_service() const;
  [[nodiscard]] std::size_t size() const { return instances_.size(); }

 private:
  enum class State : std::uint8_t { free, leased, quarantined, probing };
  struct Item {
    [[nodiscard]] bool serves() const { return state == State::free || state == State::leased; }
    State state = State::free;
    bool hangs = false;          ///< a call is inside
    bool orphan = false;         ///< a copy that was replaced has a call inside
    std::uint32_t failures = 0;  ///< in a row
    std::uint32_t back_off = 1;  ///< multiple of probe_after_
    base::Time probe_at = base::kNever;
    [[nodiscard]] bool can_be_probed() const {
      return state == State::quarantined && !(hangs && orphan);
    }
  };
  void quarantine(Item& item, base::Time now);

  std::vector<Item> instances_;
  std::uint32_t quarantine_after_;
  base::Duration probe_after_;
};

}  // namespace sluice::runtime
