#include "property/store_records.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "store/memory_record_store.hpp"
#include "store/sqlite_record_store.hpp"

namespace sluice::store {
namespace {

RC_GTEST_PROP(MemoryRecords, BehaveLikeAList, ()) {
  MemoryRecordStore store;
  behaves_like_a_list(store);
}

RC_GTEST_PROP(SqliteRecords, BehaveLikeAList, ()) {
  const auto store = SqliteRecordStore::open(":memory:");
  RC_ASSERT(store.has_value());
  behaves_like_a_list(**store);
}

}  // namespace
}  // namespace sluice::store
