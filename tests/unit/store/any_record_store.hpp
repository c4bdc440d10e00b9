// What every store of records does. A place has open(), a new and empty store each time, and
// missing(): why there is none here.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/record_store.hpp"

namespace sluice::store {

inline WallTime at(std::int64_t ms) {
  return WallTime(std::chrono::milliseconds(ms));
}

template <class Place>
class AnyRecordStore : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string missing = place_.missing(); !missing.empty()) GTEST_SKIP() << missing;
    store_ = place_.open();
  }
  void put(const Record& record) {
    const auto done = store_->put(record);
    EXPECT_TRUE(done) << done.error().message;
  }
  /// Ids of all pages; an empty one in between shows where a page ends.
  [[nodiscard]] std::vector<std::string> ids(Query query) const {
    std::vector<std::string> ids;
    while (true) {
      const auto page = store_->find(query);
      EXPECT_TRUE(page) << page.error().message;
      for (const Record& record : page->records) ids.push_back(record.id);
      // More than any test puts: pages that come again would never end.
      if (!page->next || ids.size() > 100) return ids;
      ids.emplace_back();
      query.after = page->next;
    }
  }
  void put_five() {
    put({"a", "line", "OK", "done", at(100), "{}"});
    put({"b", "line", "KO", "done", at(300), "{}"});
    put({"c", "door", "KO", "done", at(200), "{}"});
    put({"e", "line", "", "running", at(400), "{}"});
    put({"d", "line", "OK", "done", at(300), "{}"});
  }

  Place place_;
  std::unique_ptr<RecordStore> store_;
};
TYPED_TEST_SUITE_P(AnyRecordStore);

TYPED_TEST_P(AnyRecordStore, GivesBackWhatWasPut) {
  const Record record{"item '1'", "li\"ne; --",          "KO",
                      "done",     at(1'700'000'000'123), "{\"text\": \"\xc3\xa9\"}"};
  this->put(record);
  EXPECT_EQ(this->store_->get(record.id).value(), record);
  const Record bare{"b", "", "", "", at(-5), ""};
  this->put(bare);
  EXPECT_EQ(this->store_->get("b").value(), bare);
}

TYPED_TEST_P(AnyRecordStore, ReplacesTheRecordOfAnId) {
  this->put({"a", "line", "", "running", at(100), "{}"});
  const Record done{"a", "line", "OK", "done", at(200), "{\"x\": 1}"};
  this->put(done);
  EXPECT_EQ(this->store_->get("a").value(), done);
  EXPECT_THAT(this->store_->find({}).value().records, testing::ElementsAre(done));
}

TYPED_TEST_P(AnyRecordStore, WhatIsMissingIsNotFound) {
  EXPECT_EQ(this->store_->get("a").error().code, base::ErrorCode::not_found);
  EXPECT_THAT(this->store_->get("a").error().message, testing::HasSubstr("'a'"));
  EXPECT_EQ(this->store_->remove("a").error().code, base::ErrorCode::not_found);
  EXPECT_THAT(this->ids({}), testing::IsEmpty());
}

TYPED_TEST_P(AnyRecordStore, RemovesARecord) {
  this->put_five();
  EXPECT_TRUE(this->store_->remove("b"));
  EXPECT_FALSE(this->store_->get("b"));
  EXPECT_THAT(this->ids({}), testing::ElementsAre("e", "d", "c", "a"));
}

TYPED_TEST_P(AnyRecordStore, RefusesWhatMakesNoSense) {
  EXPECT_EQ(this->store_->put({}).error().code, base::ErrorCode::invalid);
  EXPECT_EQ(this->store_->find({.filter = {}, .limit = 0, .after = {}}).error().code,
            base::ErrorCode::invalid);
}

TYPED_TEST_P(AnyRecordStore, ListsTheNewestFirst) {
  this->put_five();
  EXPECT_THAT(this->ids({}), testing::ElementsAre("e", "b", "d", "c", "a"));
}

TYPED_TEST_P(AnyRecordStore, ListsPageByPage) {
  this->put_five();
  const auto pages = [this](std::size_t limit) {
    Query query;
    query.limit = limit;
    return this->ids(query);
  };
  EXPECT_THAT(pages(2), testing::ElementsAre("e", "b", "", "d", "c", "", "a"));
  EXPECT_THAT(pages(5), testing::ElementsAre("e", "b", "d", "c", "a"));
  EXPECT_THAT(pages(1), testing::ElementsAre("e", "", "b", "", "d", "", "c", "", "a"));
  EXPECT_THAT(pages(static_cast<std::size_t>(-1)), testing::ElementsAre("e", "b", "d", "c", "a"));
}

TYPED_TEST_P(AnyRecordStore, APageStaysWhileRecordsComeAndGo) {
  this->put_five();
  Query query;
  query.limit = 2;
  const auto next = this->store_->find(query).value().next;
  ASSERT_EQ(next, (Position{at(300), "b"}));
  this->put({"f", "line", "", "running", at(500), "{}"});
  EXPECT_TRUE(this->store_->remove("b"));
  query.after = next;
  query.limit = 100;
  EXPECT_THAT(this->ids(query), testing::ElementsAre("d", "c", "a"));
}

TYPED_TEST_P(AnyRecordStore, FiltersByEachValue) {
  this->put_five();
  const auto with = [this](auto change) {
    Query query;
    change(query.filter);
    return this->ids(query);
  };
  EXPECT_THAT(with([](Filter& filter) { filter.station = "door"; }), testing::ElementsAre("c"));
  EXPECT_THAT(with([](Filter& filter) { filter.decision = "KO"; }), testing::ElementsAre("b", "c"));
  EXPECT_THAT(with([](Filter& filter) { filter.decision = ""; }), testing::ElementsAre("e"));
  EXPECT_THAT(with([](Filter& filter) { filter.state = "running"; }), testing::ElementsAre("e"));
  EXPECT_THAT(with([](Filter& filter) { filter.from = at(300); }),
              testing::ElementsAre("e", "b", "d"));
  EXPECT_THAT(with([](Filter& filter) { filter.until = at(300); }), testing::ElementsAre("c", "a"));
  EXPECT_THAT(with([](Filter& filter) {
                filter.station = "line";
                filter.decision = "OK";
                filter.state = "done";
                filter.from = at(100);
                filter.until = at(301);
              }),
              testing::ElementsAre("d", "a"));
  EXPECT_THAT(with([](Filter& filter) { filter.station = "x' OR '1'='1"; }), testing::IsEmpty());
}

TYPED_TEST_P(AnyRecordStore, FiltersAndPagesTogether) {
  this->put_five();
  Query query;
  query.filter.station = "line";
  query.limit = 3;
  EXPECT_THAT(this->ids(query), testing::ElementsAre("e", "b", "d", "", "a"));
}

TYPED_TEST_P(AnyRecordStore, IsThreadSafe) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 20; ++i) {
        const Record own{"r" + std::to_string(t), "line", "", "", at(i), "{}"};
        this->put(own);
        EXPECT_EQ(this->store_->get(own.id).value(), own);
        EXPECT_TRUE(this->store_->find({}));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(this->ids({}), testing::ElementsAre("r0", "r1", "r2", "r3"));
}

REGISTER_TYPED_TEST_SUITE_P(AnyRecordStore, GivesBackWhatWasPut, ReplacesTheRecordOfAnId,
                            WhatIsMissingIsNotFound, RemovesARecord, RefusesWhatMakesNoSense,
                            ListsTheNewestFirst, ListsPageByPage, APageStaysWhileRecordsComeAndGo,
                            FiltersByEachValue, FiltersAndPagesTogether, IsThreadSafe);

}  // namespace sluice::store
