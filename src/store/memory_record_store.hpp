// Records in memory: for tests, and for stations that need no past.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "store/record_store.hpp"

namespace sluice::store {

/// Lost with the process. Thread-safe.
class MemoryRecordStore final : public RecordStore {
 public:
  base::Status put(const Record& record) override;
  [[nodiscard]] base::Result<Record> get(const std::string& id) const override;
  base::Status remove(const std::string& id) override;
  [[nodiscard]] base::Result<Page> find(const Query& query) const override;

 private:
  /// Negated time and id: the order of pages.
  using Key = std::pair<std::chrono::milliseconds, std::string>;

  static Key key_of(WallTime time, const std::string& id) { return {-time.time_since_epoch(), id}; }

  mutable std::mutex mutex_;
  std::map<std::string, Record> records_;
  std::set<Key> order_;
};

}  // namespace sluice::store
