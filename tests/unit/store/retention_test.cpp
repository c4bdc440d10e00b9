#include "store/retention.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/memory_blob_store.hpp"
#include "store/memory_record_store.hpp"
#include "unit/store/any_record_store.hpp"
#include "unit/store/store_folder.hpp"

namespace sluice::store {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

RetentionOptions keep(std::optional<int> age, std::optional<int> ko_age,
                      std::optional<std::uint64_t> bytes) {
  RetentionOptions options;
  if (age) options.age = milliseconds(*age);
  if (ko_age) options.ko_age = milliseconds(*ko_age);
  options.bytes = bytes;
  options.every = milliseconds(1000);
  return options;
}

TEST(RetentionPlan, TakesWhatIsTooOld) {
  const std::vector<KeptItem> items{{"new", "OK", at(95), 1}, {"edge", "OK", at(90), 1},
                                    {"old", "OK", at(89), 1}, {"older", "", at(50), 1},
                                    {"ko", "KO", at(50), 1},  {"old-ko", "KO", at(9), 1}};
  EXPECT_THAT(plan_retention(items, keep(10, 90, {}), at(100)),
              ElementsAre("old-ko", "older", "old"));
  EXPECT_THAT(plan_retention(items, keep(10, {}, {}), at(100)),
              ElementsAre("old-ko", "ko", "older", "old"));
  EXPECT_THAT(plan_retention(items, keep({}, {}, {}), at(100)), IsEmpty());
}

TEST(RetentionPlan, UnderPressureTheOldestOkGoesFirst) {
  const std::vector<KeptItem> items{{"ok-2", "OK", at(2), 10},
                                    {"ko-1", "KO", at(1), 10},
                                    {"ok-4", "OK", at(4), 10},
                                    {"none-3", "NO_DECISION", at(3), 10}};
  const auto plan = [&](std::uint64_t bytes) {
    return plan_retention(items, keep({}, {}, bytes), at(100));
  };
  EXPECT_THAT(plan(40), IsEmpty());
  EXPECT_THAT(plan(39), ElementsAre("ok-2"));
  EXPECT_THAT(plan(20), ElementsAre("ok-2", "ok-4"));
  EXPECT_THAT(plan(1), ElementsAre("ok-2", "ok-4", "none-3", "ko-1"));
}

TEST(RetentionPlan, WhatIsTooOldCountsForTheSizeToo) {
  const std::vector<KeptItem> items{{"a", "OK", at(1), 10}, {"b", "OK", at(95), 10}};
  EXPECT_THAT(plan_retention(items, keep(50, {}, 10), at(100)), ElementsAre("a"));
}

TEST(RetentionPlan, WhatIsHeldStays) {
  const std::vector<KeptItem> items{{"a", "OK", at(1), 100, true}, {"b", "OK", at(2), 10}};
  EXPECT_THAT(plan_retention(items, keep(10, {}, {}), at(100)), ElementsAre("b"));
  // It still takes up its space.
  EXPECT_THAT(plan_retention(items, keep({}, {}, 105), at(100)), ElementsAre("b"));
}

TEST(RetentionOptions, MustMakeSense) {
  EXPECT_TRUE(check(keep(1, 1, 1)));
  EXPECT_EQ(check(keep(0, {}, {})).error().message, "age: must be more than 0");
  EXPECT_EQ(check(keep({}, -1, {})).error().message, "ko_age: must be more than 0");
  EXPECT_EQ(check(keep({}, {}, 0)).error().message, "size: must be more than 0");
}

/// Blobs of one folder wait to be sent on.
class PartlySent final : public BlobStore {
 public:
  std::string unsent;

  base::Status put(const std::string& name, std::span<const std::byte> bytes) override {
    return blobs_.put(name, bytes);
  }
  [[nodiscard]] base::Result<Bytes> get(const std::string& name) const override {
    return blobs_.get(name);
  }
  base::Status remove(const std::string& name) override { return blobs_.remove(name); }
  [[nodiscard]] base::Result<std::vector<std::string>> list(
      const std::string& folder) const override {
    return blobs_.list(folder);
  }
  [[nodiscard]] bool waiting(const std::string& folder) const override { return folder == unsent; }

 private:
  MemoryBlobStore blobs_;
};

class RetentionOfItems : public testing::Test {
 protected:
  void put(const std::string& id, const std::string& decision, int time,
           const std::string& state = "Done") {
    ASSERT_TRUE(records_.put({id, "line", decision, state, at(time), "{}"}));
    ASSERT_TRUE(blobs_.put("line/" + id + "/front.jpg", bytes_of("12345678")));
  }
  Retention retention(const RetentionOptions& options) {
    return {options, records_, blobs_, [](const Record& record) {
              return Retention::Item{"line/" + record.id, record.state == "Done"};
            }};
  }
  std::vector<std::string> left() {
    std::vector<std::string> ids;
    const Page page = records_.find({}).value();
    for (const Record& record : page.records) ids.push_back(record.id);
    EXPECT_EQ(blobs_.list("").value().size(), ids.size());
    return ids;
  }

  MemoryRecordStore records_;
  PartlySent blobs_;
};

TEST_F(RetentionOfItems, RemovesInSmallSteps) {
  for (int i = 0; i < 250; ++i) put("item-" + std::to_string(i), "OK", i);
  auto retention = this->retention(keep(100, {}, {}));
  int steps = 0;
  std::size_t before = 250;
  while (retention.step(at(300)).value()) {
    ASSERT_LT(++steps, 100);
    const std::size_t now = blobs_.list("").value().size();
    EXPECT_LE(before - now, 10U);
    before = now;
  }
  EXPECT_EQ(left().size(), 50U);
  EXPECT_EQ(retention.removed(), 200U);
  // Three pages, twenty times ten items.
  EXPECT_EQ(steps, 3 + 20 - 1);
}

TEST_F(RetentionOfItems, LooksAgainAfterAWhile) {
  auto retention = this->retention(keep(100, {}, {}));
  EXPECT_FALSE(retention.step(at(5000)).value());
  put("a", "OK", 0);
  EXPECT_FALSE(retention.step(at(5999)).value());
  EXPECT_EQ(left().size(), 1U);
  while (retention.step(at(6000)).value()) {
  }
  EXPECT_EQ(left().size(), 0U);
}

TEST_F(RetentionOfItems, KeepsToASize) {
  put("ok-1", "OK", 1);
  put("ko-2", "KO", 2);
  put("ok-3", "OK", 3);
  auto retention = this->retention(keep({}, {}, 20));  // two of 8 bytes and a body of 2
  while (retention.step(at(300)).value()) {
  }
  EXPECT_THAT(left(), ElementsAre("ok-3", "ko-2"));
}

TEST_F(RetentionOfItems, LeavesWhatWaitsOrIsNotFinished) {
  put("sent", "OK", 1);
  put("unsent", "OK", 2);
  put("running", "", 3, "Inference");
  blobs_.unsent = "line/unsent";
  auto retention = this->retention(keep(10, {}, {}));
  while (retention.step(at(300)).value()) {
  }
  EXPECT_THAT(left(), ElementsAre("running", "unsent"));
}

TEST_F(RetentionOfItems, SeesThatAnItemChangedSinceItLooked) {
  put("a", "OK", 1);
  auto retention = this->retention(keep(10, {}, {}));
  ASSERT_TRUE(retention.step(at(300)).value());
  blobs_.unsent = "line/a";
  EXPECT_FALSE(retention.step(at(300)).value());
  EXPECT_THAT(left(), ElementsAre("a"));
}

}  // namespace
}  // namespace sluice::store
