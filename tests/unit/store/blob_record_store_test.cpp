#include "store/blob_record_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/filesystem_blob_store.hpp"
#include "unit/store/store_folder.hpp"

namespace sluice::store {
namespace {

using base::ErrorCode;
using testing::HasSubstr;

const Record kItem{"item-1",    "line", "OK", "done", WallTime(std::chrono::milliseconds(7)),
                   "{\"x\": 1}"};

TEST(BlobRecordStore, ARecordIsAJsonFile) {
  const StoreFolder folder;
  {
    const auto store =
        BlobRecordStore::open(FilesystemBlobStore::open(folder.path()).value()).value();
    ASSERT_TRUE(store->put(kItem));
  }
  EXPECT_EQ(file_text(folder.path() / "item-1.json"),
            "{\"id\":\"item-1\",\"station\":\"line\",\"decision\":\"OK\",\"state\":\"done\","
            "\"time\":7,\"body\":\"{\\\"x\\\": 1}\"}\n");
  const auto again =
      BlobRecordStore::open(FilesystemBlobStore::open(folder.path()).value()).value();
  EXPECT_EQ(again->get("item-1").value(), kItem);
  EXPECT_EQ(again->find({}).value().records, std::vector{kItem});
}

TEST(BlobRecordStore, IdsMustBeNames) {
  const StoreFolder folder;
  const auto store =
      BlobRecordStore::open(FilesystemBlobStore::open(folder.path()).value()).value();
  Record outside = kItem;
  outside.id = "../item";
  EXPECT_EQ(store->put(outside).error().code, ErrorCode::invalid);
  EXPECT_EQ(store->get("../item").error().code, ErrorCode::not_found);
}

TEST(BlobRecordStore, SaysWhichFileIsNoRecord) {
  for (const char* text :
       {"", "[]", "{\"id\":\"a\"", "{\"id\":\"a\"}",
        R"({"id":"b","station":"","decision":"","state":"","time":1,"body":""})",
        R"({"id":"a","station":"","decision":"","state":"","time":"1","body":""})"}) {
    const StoreFolder folder;
    std::ofstream(folder.path() / "a.json") << text;
    std::ofstream(folder.path() / "readme.txt") << "not a record either";
    const auto store = BlobRecordStore::open(FilesystemBlobStore::open(folder.path()).value());
    ASSERT_FALSE(store) << text;
    EXPECT_EQ(store.error().code, ErrorCode::invalid);
    EXPECT_THAT(store.error().message, HasSubstr("'a.json' is not a record"));
  }
}

}  // namespace
}  // namespace sluice::store
