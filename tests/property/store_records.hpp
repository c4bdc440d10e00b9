// Stores of records against a list that is filtered and sorted anew each time.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <rapidcheck.h>

#include "store/record_store.hpp"

namespace sluice::store {

inline WallTime some_time() {
  return WallTime(std::chrono::milliseconds(*rc::gen::inRange(0, 6)));
}

inline std::string one_of_three(const char* prefix) {
  return prefix + std::to_string(*rc::gen::inRange(0, 3));
}

inline bool fits(const Record& record, const Filter& filter) {
  if (filter.station && *filter.station != record.station) return false;
  if (filter.decision && *filter.decision != record.decision) return false;
  if (filter.state && *filter.state != record.state) return false;
  if (filter.from && record.time < *filter.from) return false;
  return !filter.until || record.time < *filter.until;
}

inline std::vector<Record> naive_find(std::vector<Record> records, const Filter& filter) {
  std::erase_if(records, [&](const Record& record) { return !fits(record, filter); });
  std::sort(records.begin(), records.end(), [](const Record& a, const Record& b) {
    return a.time != b.time ? a.time > b.time : a.id < b.id;
  });
  return records;
}

inline Filter some_filter() {
  Filter filter;
  const auto given = [] { return *rc::gen::inRange(0, 3) == 0; };
  if (given()) filter.station = one_of_three("station");
  if (given()) filter.decision = one_of_three("decision");
  if (given()) filter.state = one_of_three("state");
  if (given()) filter.from = some_time();
  if (given()) filter.until = some_time();
  return filter;
}

inline std::vector<Record> all_pages(const RecordStore& store, Query query) {
  std::vector<Record> records;
  while (true) {
    const auto page = store.find(query);
    RC_ASSERT(page.has_value());
    RC_ASSERT(page->records.size() == query.limit || !page->next);
    records.insert(records.end(), page->records.begin(), page->records.end());
    RC_ASSERT(records.size() < 100U);  // pages that come again would never end
    if (!page->next) return records;
    query.after = page->next;
  }
}

inline void behaves_like_a_list(RecordStore& store) {
  std::vector<Record> list;
  const auto changes = *rc::gen::inRange(0, 30);
  for (int i = 0; i < changes; ++i) {
    const std::string id = "id" + std::to_string(*rc::gen::inRange(0, 12));
    const auto erased = std::erase_if(list, [&](const Record& record) { return record.id == id; });
    if (*rc::gen::inRange(0, 4) == 0) {
      RC_ASSERT(store.remove(id).has_value() == (erased > 0));
      continue;
    }
    list.push_back({id, one_of_three("station"), one_of_three("decision"), one_of_three("state"),
                    some_time(), std::to_string(i)});
    RC_ASSERT(store.put(list.back()).has_value());
  }
  for (int i = 0; i < 5; ++i) {
    Query query;
    query.filter = some_filter();
    query.limit = *rc::gen::inRange<std::size_t>(1, 8);
    RC_ASSERT(all_pages(store, query) == naive_find(list, query.filter));
  }
}

}  // namespace sluice::store
