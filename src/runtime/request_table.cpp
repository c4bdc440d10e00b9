#include "runtime/request_table.hpp"

#include <utility>

namespace sluice::runtime {
namespace {

constexpr std::uint32_t kEnd = UINT32_MAX;
constexpr std::size_t kFirstSize = 64;

}  // namespace

RequestTable::RequestTable() : heads_(kFirstSize, kEnd), entries_(kFirstSize) {
  for (std::size_t i = 0; i < kFirstSize; ++i) {
    entries_[i].next = i + 1 < kFirstSize ? static_cast<Index>(i + 1) : kEnd;
  }
}

void RequestTable::insert(Payload payload) {
  if (free_ == kEnd) {
    grow();
  }
  const Index index = free_;
  Entry& entry = entries_[index];
  free_ = entry.next;
  Index& first = head(payload.id);
  entry.next = first;
  first = index;
  entry.payload = std::move(payload);
  ++size_;
}

Payload* RequestTable::find(schedule::RequestId id) {
  for (Index i = head(id); i != kEnd; i = entries_[i].next) {
    if (entries_[i].payload.id == id) {
      return &entries_[i].payload;
    }
  }
  return nullptr;
}

std::optional<Payload> RequestTable::take(schedule::RequestId id) {
  for (Index* link = &head(id); *link != kEnd; link = &entries_[*link].next) {
    const Index index = *link;
    Entry& entry = entries_[index];
    if (entry.payload.id == id) {
      *link = entry.next;
      entry.next = free_;
      free_ = index;
      --size_;
      return std::exchange(entry.payload, Payload{});
    }
  }
  return std::nullopt;
}

void RequestTable::grow() {
  // Called only when every entry is in use, so all of them move to new chains.
  const std::size_t old_size = entries_.size();
  entries_.resize(old_size * 2);
  heads_.assign(old_size * 2, kEnd);
  for (std::size_t i = 0; i < old_size; ++i) {
    Index& first = head(entries_[i].payload.id);
    entries_[i].next = first;
    first = static_cast<Index>(i);
  }
  for (std::size_t i = old_size; i < entries_.size(); ++i) {
    entries_[i].next = i + 1 < entries_.size() ? static_cast<Index>(i + 1) : kEnd;
  }
  free_ = static_cast<Index>(old_size);
}

}  // namespace sluice::runtime
