// How long items are kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/blob_store.hpp"
#include "store/record_store.hpp"

namespace sluice::store {

struct RetentionOptions {
  std::optional<std::chrono::milliseconds> age{};     ///< of items; unset: for ever
  std::optional<std::chrono::milliseconds> ko_age{};  ///< of those decided KO; unset: `age`
  /// Of all items' blobs and records together; unset: no limit. Where there is more, the oldest OK
  /// items go first, then the oldest of the others, and KO items last.
  std::optional<std::uint64_t> bytes{};
  /// Between one look at all items and the next.
  std::chrono::milliseconds every = std::chrono::minutes(10);
};

/// Error (invalid): names the key that is not above 0.
base::Status check(const RetentionOptions& options);

/// What the plan looks at of an item.
struct KeptItem {
  std::string id;
  std::string decision;
  WallTime time;
  std::uint64_t bytes = 0;  ///< of its blobs and record
  bool held = false;        ///< waits to be sent on, or is not finished: counted, never removed
};

/// The ids of the items to remove, in that order. Pure; n log n.
std::vector<std::string> plan_retention(std::span<const KeptItem> items,
                                        const RetentionOptions& options, WallTime now);

/// Looks at all items and removes what the plan says, in small steps: a step reads one page of
/// records or removes a few items, so that it never keeps up others for long. Knows about 100 bytes
/// of each item while it looks. Blobs go before their record: what is cut short is done the next
/// time. Not thread-safe.
class Retention {
 public:
  struct Item {
    std::string folder;     ///< of its blobs; empty: it has none
    bool finished = false;  ///< others are never removed
  };
  using Describe = std::function<Item(const Record&)>;

  /// The stores must outlive it. The options are checked.
  Retention(RetentionOptions options, RecordStore& records, BlobStore& blobs, Describe describe);

  /// One small step, where one is due. True: call it again soon. Errors are of the stores: what was
  /// under way is given up until the next look.
  base::Result<bool> step(WallTime now);

  /// Since the process began.
  [[nodiscard]] std::uint64_t removed() const { return removed_; }

 private:
  base::Status look(WallTime now);
  base::Status remove_few();
  base::Status remove(const std::string& id);

  RetentionOptions options_;
  RecordStore& records_;
  BlobStore& blobs_;
  Describe describe_;
  std::optional<WallTime> next_look_;
  std::optional<Query> page_;  ///< the next one while looking
  std::vector<KeptItem> items_;
  std::vector<std::string> plan_;  ///< the next at the back
  std::uint64_t removed_ = 0;
};

}  // namespace sluice::store
