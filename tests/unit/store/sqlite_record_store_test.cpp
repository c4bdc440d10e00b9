#include "store/sqlite_record_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/store/store_folder.hpp"

namespace sluice::store {
namespace {

using base::ErrorCode;
using testing::HasSubstr;

const Record kRecord{"a", "line", "OK", "done", WallTime(std::chrono::milliseconds(7)), "{}"};

TEST(SqliteRecordStore, KeepsRecordsInItsFile) {
  const StoreFolder folder;
  const auto file = folder.path() / "records.db";
  ASSERT_TRUE(SqliteRecordStore::open(file).value()->put(kRecord));
  EXPECT_EQ(SqliteRecordStore::open(file).value()->get("a").value(), kRecord);
}

TEST(SqliteRecordStore, OthersMayReadMeanwhile) {
  const StoreFolder folder;
  const auto file = folder.path() / "records.db";
  const auto writer = SqliteRecordStore::open(file).value();
  const auto reader = SqliteRecordStore::open(file).value();
  ASSERT_TRUE(writer->put(kRecord));
  EXPECT_EQ(reader->get("a").value(), kRecord);
}

TEST(SqliteRecordStore, ErrorsNameTheFile) {
  const StoreFolder folder;
  const auto missing = SqliteRecordStore::open(folder.path() / "no" / "records.db");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::io);
  EXPECT_THAT(missing.error().message, HasSubstr((folder.path() / "no" / "records.db").string()));

  const auto text = folder.path() / "text.db";
  std::ofstream(text) << std::string(5000, 'x');
  const auto no_database = SqliteRecordStore::open(text);
  ASSERT_FALSE(no_database);
  EXPECT_EQ(no_database.error().code, ErrorCode::io);
  EXPECT_THAT(no_database.error().message, HasSubstr(text.string()));
}

TEST(SqliteRecordStore, DoesNotTouchWhatANewerVersionWrote) {
  const StoreFolder folder;
  const auto file = folder.path() / "records.db";
  ASSERT_TRUE(Database::open(file).value().run("PRAGMA user_version = 99"));
  const auto store = SqliteRecordStore::open(file);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::unsupported);
  EXPECT_THAT(store.error().message, HasSubstr("schema 99"));
}

TEST(SqliteRecordStore, AFullDiskIsAnError) {
  const StoreFolder folder;
  const auto file = folder.path() / "records.db";
  auto database = Database::open(file).value();
  ASSERT_TRUE(database.run("CREATE TABLE t(x TEXT); PRAGMA max_page_count = 4"));
  auto insert = database.prepare("INSERT INTO t VALUES(?)");
  ASSERT_TRUE(insert) << insert.error().message;
  const auto refused = insert->bind(std::string(1'000'000, 'x')).run();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("full"));
}

TEST(Sqlite, MistakesInStatementsAreErrors) {
  const StoreFolder folder;
  auto database = Database::open(folder.path() / "x.db").value();
  EXPECT_EQ(database.prepare("SELECT nothing FROM nowhere").error().code, ErrorCode::internal);
  auto statement = database.prepare("SELECT ?");
  ASSERT_TRUE(statement);
  const auto row = statement->bind(std::int64_t{1}).bind(std::int64_t{2}).step();
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().code, ErrorCode::internal);
}

}  // namespace
}  // namespace sluice::store
