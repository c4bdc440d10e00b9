#include "station/item_pages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/station/station_helpers.hpp"

namespace sluice::station {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

void put(store::RecordStore& store, const std::string& id, base::Duration later,
         const std::string& body = "") {
  const auto time = noon() + std::chrono::duration_cast<std::chrono::milliseconds>(later);
  const auto kept = store.put({.id = id,
                               .station = "line",
                               .decision = "OK",
                               .state = "Done",
                               .time = time,
                               .body = body.empty() ? "{\"id\":\"" + id + "\"}" : body});
  ASSERT_TRUE(kept);
}

/// Of stores without damage.
base::Result<Items> page_of(const RecordStores& stores, const store::Filter& filter,
                            std::size_t limit, const std::string& after) {
  return merged_page(stores, filter, limit, after, [](const store::Record& record) {
    ADD_FAILURE() << record.id << " is damaged";
  });
}

std::vector<std::string> ids_of(const Items& page) {
  std::vector<std::string> ids;
  for (const auto& item : page.items) ids.emplace_back(item.at("id").as_string());
  return ids;
}

/// Two stores with items in turn, some of them at the same time.
struct PagesRig {
  std::shared_ptr<store::MemoryRecordStore> one = std::make_shared<store::MemoryRecordStore>();
  std::shared_ptr<store::MemoryRecordStore> two = std::make_shared<store::MemoryRecordStore>();
  RecordStores stores{one, two};

  PagesRig() {
    put(*one, "a", 0s);
    put(*two, "b", 1s);
    put(*one, "c", 2s);
    put(*two, "d", 2s);
    put(*one, "e", 2s);
    put(*two, "f", 3s);
    put(*two, "g", 4s);
  }
};

TEST(ItemPages, MergesStoresNewestFirst) {
  const PagesRig rig;
  const auto page = page_of(rig.stores, {}, 100, "");
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_THAT(ids_of(*page), ElementsAre("g", "f", "c", "d", "e", "b", "a"));
  EXPECT_EQ(page->next, "");
}

TEST(ItemPages, GoOnBehindEachOther) {
  const PagesRig rig;
  for (std::size_t limit = 1; limit <= 8; ++limit) {
    std::vector<std::string> all;
    std::string after;
    do {
      const auto page = page_of(rig.stores, {}, limit, after);
      ASSERT_TRUE(page) << page.error().message;
      ASSERT_THAT(page->items, testing::Not(IsEmpty())) << "after " << after;
      ASSERT_LE(page->items.size(), limit);
      for (const auto& id : ids_of(*page)) all.push_back(id);
      after = page->next;
    } while (!after.empty());
    EXPECT_THAT(all, ElementsAre("g", "f", "c", "d", "e", "b", "a")) << limit;
  }
}

TEST(ItemPages, HaveWhatTheFilterLetsThrough) {
  const PagesRig rig;
  store::Filter filter;
  filter.from = noon() + 2s;
  filter.until = noon() + 3s;
  EXPECT_THAT(ids_of(page_of(rig.stores, filter, 100, "").value()), ElementsAre("c", "d", "e"));
  filter.station = "another";
  EXPECT_THAT(ids_of(page_of(rig.stores, filter, 100, "").value()), IsEmpty());
}

TEST(ItemPages, RefusePositionsThatWereNotGivenOut) {
  const PagesRig rig;
  for (const auto* after : {"x", "12", ".a", "12x.a", " 12.a", "99999999999999999999.a"}) {
    const auto page = page_of(rig.stores, {}, 10, after);
    if (page) {
      ADD_FAILURE() << after << " was taken";
      continue;
    }
    EXPECT_EQ(page.error().code, base::ErrorCode::invalid) << after;
  }
  EXPECT_EQ(page_of(rig.stores, {}, 0, "").error().code, base::ErrorCode::invalid);
}

TEST(ItemPages, PassNothingOverWhereTheLimitIsBeyondThatOfAStore) {
  const auto long_one = std::make_shared<store::MemoryRecordStore>();
  const auto short_one = std::make_shared<store::MemoryRecordStore>();
  for (std::size_t i = 0; i <= store::kMostRecords; ++i) {
    put(*long_one, fmt::format("{}", i), i * 1s);
  }
  put(*short_one, "oldest", -1s);
  const auto limit = 2 * store::kMostRecords;
  const auto first = page_of({long_one, short_one}, {}, limit, "");
  ASSERT_TRUE(first) << first.error().message;
  const auto second = page_of({long_one, short_one}, {}, limit, first->next);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_THAT(first->items, SizeIs(store::kMostRecords));
  EXPECT_THAT(ids_of(*second), ElementsAre("0", "oldest"));
}

TEST(ItemPages, LeaveDamagedRecordsOut) {
  const PagesRig rig;
  put(*rig.one, "f2", 3s, "{");
  put(*rig.two, "older", -1s, "no JSON");
  std::vector<std::string> damaged;
  std::vector<std::string> all;
  std::string after;
  do {
    const auto page =
        merged_page(rig.stores, {}, 1, after,
                    [&damaged](const store::Record& record) { damaged.push_back(record.id); });
    ASSERT_TRUE(page) << page.error().message;
    for (const auto& id : ids_of(*page)) all.push_back(id);
    after = page->next;
  } while (!after.empty());
  EXPECT_THAT(all, ElementsAre("g", "f", "c", "d", "e", "b", "a"));
  EXPECT_THAT(damaged, ElementsAre("f2", "older"));
}

TEST(ItemPages, NameADamagedRecord) {
  for (const auto* body : {"no JSON", "[1]", "{\"id\":"}) {
    const auto store = std::make_shared<store::MemoryRecordStore>();
    put(*store, "broken", 0s, body);
    const auto read = body_of(*store->get("broken"));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, base::ErrorCode::internal);
    EXPECT_THAT(read.error().message, HasSubstr("item broken is damaged"));
  }
}

boost::json::object parsed_item(const std::string& text) {
  return boost::json::parse(text).as_object();
}

TEST(ItemDocuments, NameTheirImages) {
  const auto item = parsed_item(R"({"station_config": "line", "cameras": {
    "front": {"image": "a/front.jpg"}, "back": {"image": ""}, "odd": 3, "none": {}}})");
  EXPECT_EQ(station_of(item), "line");
  EXPECT_THAT(images_of(item), ElementsAre(testing::Pair("front", "a/front.jpg")));
  EXPECT_THAT(images_of(parsed_item(R"({"cameras": [1]})")), IsEmpty());
  EXPECT_EQ(station_of(parsed_item(R"({"station_config": 3})")), "");
}

TEST(ItemDocuments, GiveTheirObjectsBack) {
  const auto item = parsed_item(R"({"inferences": {"front": {
    "find": {"find-1": {"label": "cap", "score": 0.5, "location": [1, 2, 3.5, 4]}},
    "read": {"read-1": {"text": "LOT", "score": 1, "location": [1, 2]}, "odd": 3}, "odd": []}}})");
  const auto objects = objects_of(item, "front");
  ASSERT_THAT(objects, SizeIs(2));
  EXPECT_EQ(objects[0].id, "find-1");
  EXPECT_EQ(objects[0].label, "cap");
  EXPECT_EQ(objects[0].score, 0.5F);
  EXPECT_EQ(objects[0].box, (vision::Box{1, 2, 3.5F, 4}));
  EXPECT_EQ(objects[1].text, "LOT");
  EXPECT_EQ(objects[1].score, 1.0F);
  EXPECT_FALSE(objects[1].box);
  EXPECT_THAT(objects_of(item, "back"), IsEmpty());
}

TEST(ItemDocuments, AreDrawnOnTheirImages) {
  vision::Object object;
  object.label = "cap";
  object.box = vision::Box{5, 5, 40, 30};
  const auto file = jpeg(64, 48);
  const auto with = drawn(file, {object});
  ASSERT_TRUE(with) << with.error().message;
  EXPECT_NE(*with, *drawn(file, {}));
  EXPECT_FALSE(drawn("no image", {}));
}

}  // namespace
}  // namespace sluice::station
