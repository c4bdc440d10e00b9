// What the engine keeps of a request beside the scheduler: its data and its callback.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/engine.hpp"

namespace sluice::runtime {

/// A request between submit() and its end.
struct Payload {
  schedule::RequestId id = 0;
  base::Time arrival{};
  base::Time started = base::kNever;
  backend::Tensors inputs;
  backend::Tensors outputs;
  std::string error;
  Callback done;
};

/// Payloads by request id. Ids count up, so their low bits spread evenly: chains hang off
/// `id mod 2^k` without hashing, and entries are reused, so that nothing is allocated once the
/// table has seen its largest load. An old request that stays for hours costs one entry.
/// Not thread-safe.
class RequestTable {
 public:
  RequestTable();
  /// `payload.id` must not be in the table.
  void insert(Payload payload);
  /// Null if absent. Valid until the next insert().
  [[nodiscard]] Payload* find(schedule::RequestId id);
  /// Removes and returns it.
  std::optional<Payload> take(schedule::RequestId id);
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  using Index = std::uint32_t;
  struct Entry {
    Payload payload;
    Index next = 0;
  };
  [[nodiscard]] Index& head(schedule::RequestId id) { return heads_[id & (heads_.size() - 1)]; }
  void grow();

  std::vector<Index> heads_;    ///< by id mod size; kEnd: empty
  std::vector<Entry> entries_;  ///< as many as heads_
  Index free_ = 0;              ///< chain of unused entries
  std::size_t size_ = 0;
};

}  // namespace sluice::runtime
