#include "store/memory_record_store.hpp"

#include <algorithm>

namespace sluice::store {
namespace {

bool has_values_of(const Record& record, const Filter& filter) {
  return (!filter.station || record.station == *filter.station) &&
         (!filter.decision || record.decision == *filter.decision) &&
         (!filter.state || record.state == *filter.state) &&
         (!filter.from || record.time >= *filter.from) &&
         (!filter.until || record.time < *filter.until);
}

tl::unexpected<base::Error> unknown_record(const std::string& id) {
  return base::fail(base::ErrorCode::not_found, "there is no record '{}'", id);
}

}  // namespace

base::Status MemoryRecordStore::put(const Record& record) {
  if (record.id.empty()) {
    return base::fail(base::ErrorCode::invalid, "the record's id is empty");
  }
  const std::lock_guard lock(mutex_);
  if (const auto old = records_.find(record.id); old != records_.end()) {
    order_.erase(key_of(old->second.time, record.id));
  }
  records_.insert_or_assign(record.id, record);
  order_.insert(key_of(record.time, record.id));
  return {};
}

base::Result<Record> MemoryRecordStore::get(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = records_.find(id);
  if (found == records_.end()) return unknown_record(id);
  return found->second;
}

base::Status MemoryRecordStore::remove(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = records_.find(id);
  if (found == records_.end()) return unknown_record(id);
  order_.erase(key_of(found->second.time, id));
  records_.erase(found);
  return {};
}

base::Result<Page> MemoryRecordStore::find(const Query& query) const {
  if (query.limit == 0) {
    return base::fail(base::ErrorCode::invalid, "limit is 0, but must be at least 1");
  }
  const std::size_t limit = std::min(query.limit, kMostRecords);
  Page page;
  const std::lock_guard lock(mutex_);
  auto it =
      query.after ? order_.upper_bound(key_of(query.after->time, query.after->id)) : order_.begin();
  for (; it != order_.end(); ++it) {
    const Record& record = records_.at(it->second);
    if (!has_values_of(record, query.filter)) continue;
    if (page.records.size() == limit) {
      page.next = Position{page.records.back().time, page.records.back().id};
      break;
    }
    page.records.push_back(record);
  }
  return page;
}

}  // namespace sluice::store
