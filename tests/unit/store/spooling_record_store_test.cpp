#include "store/spooling_record_store.hpp"

#include <functional>
#include <utility>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/manual_clock.hpp"
#include "unit/store/any_record_store.hpp"
#include "unit/store/flaky_stores.hpp"
#include "unit/store/store_folder.hpp"

namespace sluice::store {
namespace {

using base::ErrorCode;
using testing::ElementsAre;

class SpoolingRecords : public testing::Test {
 protected:
  std::unique_ptr<SpoolingRecordStore> open() {
    return SpoolingRecordStore::open(
               options_, std::make_unique<FlakyRecordStore>(remote_state_, remote_), clock_)
        .value();
  }
  static Record item(const std::string& id, const std::string& body = "{}") {
    return {id, "line", "OK", "Done", at(1), body};
  }
  static void send_all(SpoolingRecordStore& store) {
    while (store.step() != base::kNever) {
    }
  }

  StoreFolder folder_;
  SpoolOptions options_{.path = folder_.path() / "records.db"};
  base::ManualClock clock_;
  FlakyState remote_state_;
  MemoryRecordStore remote_;
};

TEST_F(SpoolingRecords, FollowInTheOrderOfTheirLastChange) {
  const auto store = open();
  ASSERT_TRUE(store->put(item("a", "1")));
  ASSERT_TRUE(store->put(item("b", "1")));
  ASSERT_TRUE(store->put(item("c", "1")));
  ASSERT_TRUE(store->put(item("a", "2")));
  ASSERT_TRUE(store->remove("b"));
  EXPECT_EQ(store->uploads()->waiting, 3U);
  EXPECT_EQ(store->uploads()->bytes, 2U);
  EXPECT_TRUE(store->waiting("a"));
  EXPECT_FALSE(store->waiting("x"));
  send_all(*store);
  EXPECT_THAT(remote_state_.calls, ElementsAre("put c", "put a", "remove b"));
  EXPECT_EQ(remote_.get("a").value().body, "2");
  EXPECT_EQ(store->uploads()->waiting, 0U);
  EXPECT_EQ(store->uploads()->sent, 3U);
  EXPECT_FALSE(store->waiting("a"));
}

TEST_F(SpoolingRecords, AnswerFromHere) {
  const auto store = open();
  remote_state_.away = true;
  ASSERT_TRUE(store->put(item("a")));
  EXPECT_EQ(store->get("a").value(), item("a"));
  EXPECT_EQ(store->find({}).value().records.size(), 1U);
  EXPECT_EQ(store->step(), clock_.now() + std::chrono::seconds(1));
  EXPECT_EQ(store->uploads()->last_error, "the network is away");
  EXPECT_EQ(store->get("a").value(), item("a"));
}

TEST_F(SpoolingRecords, KnowWhatWaitsAfterARestart) {
  remote_state_.away = true;
  for (int i = 0; i < 3; ++i) {
    const auto store = open();
    ASSERT_TRUE(store->put(item(fmt::format("item-{}", i))));
    store->step();
  }
  remote_state_.away = false;
  const auto store = open();
  EXPECT_EQ(store->uploads()->waiting, 3U);
  send_all(*store);
  EXPECT_THAT(remote_state_.calls, ElementsAre("put item-0", "put item-1", "put item-2"));
}

TEST_F(SpoolingRecords, RecordsFromBeforeFollowToo) {
  {
    const auto before = SqliteRecordStore::open(options_.path).value();
    ASSERT_TRUE(before->put({"new", "", "", "", at(2), ""}));
    ASSERT_TRUE(before->put({"old", "", "", "", at(1), ""}));
  }
  send_all(*open());
  EXPECT_THAT(remote_state_.calls, ElementsAre("put old", "put new"));
}

TEST_F(SpoolingRecords, OneThatIsRefusedDoesNotKeepUpOthers) {
  const auto store = open();
  ASSERT_TRUE(store->put(item("bad", "refuse")));
  ASSERT_TRUE(store->put(item("good")));
  send_all(*store);
  EXPECT_THAT(remote_state_.calls, ElementsAre("put good"));
  EXPECT_EQ(store->uploads()->refused, 1U);
  EXPECT_TRUE(store->get("bad"));
}

/// Changes a record while it is being sent.
class ChangesMeanwhile final : public RecordStore {
 public:
  ChangesMeanwhile(RecordStore& records, std::function<void()> change)
      : records_(records), change_(std::move(change)) {}
  base::Status put(const Record& record) override {
    if (const auto change = std::exchange(change_, nullptr)) change();
    return records_.put(record);
  }
  [[nodiscard]] base::Result<Record> get(const std::string&) const override { return away(); }
  base::Status remove(const std::string&) override { return away(); }
  [[nodiscard]] base::Result<Page> find(const Query&) const override { return away(); }

 private:
  RecordStore& records_;
  std::function<void()> change_;
};

TEST_F(SpoolingRecords, AChangeWhileSendingIsSentToo) {
  SpoolingRecordStore* inside = nullptr;
  const auto store = SpoolingRecordStore::open(
                         options_,
                         std::make_unique<ChangesMeanwhile>(
                             remote_, [&inside] { ASSERT_TRUE(inside->put(item("a", "2"))); }),
                         clock_)
                         .value();
  inside = store.get();
  ASSERT_TRUE(store->put(item("a", "1")));
  send_all(*store);
  EXPECT_EQ(remote_.get("a").value().body, "2");
  EXPECT_EQ(store->uploads()->sent, 2U);
}

TEST_F(SpoolingRecords, AFullFileRefusesWhatIsNew) {
  options_.most_bytes = 1 << 20;
  const auto store = open();
  const std::string body(10'000, 'x');
  int accepted = 0;
  base::Status last;
  while ((last = store->put(item(std::to_string(accepted), body)))) ASSERT_LT(++accepted, 200);
  EXPECT_EQ(last.error().code, ErrorCode::unavailable) << last.error().message;
  EXPECT_GT(accepted, 50);
  EXPECT_TRUE(store->get("0"));
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(store->remove(std::to_string(i)));
  EXPECT_TRUE(store->put(item("again", body)));
}

}  // namespace
}  // namespace sluice::store
