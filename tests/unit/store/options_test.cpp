#include "store/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/manual_clock.hpp"
#include "store/open.hpp"
#include "unit/store/store_folder.hpp"

namespace sluice::store {
namespace {

using testing::HasSubstr;
using testing::Not;

S3Options s3(const std::string& bucket) {
  S3Options options;
  options.bucket = bucket;
  return options;
}

std::string problem(const base::Status& status) {
  return status ? "none" : status.error().message;
}

TEST(StoreOptions, SayWhatIsWrong) {
  EXPECT_EQ(problem(check(s3("images"))), "none");
  EXPECT_THAT(problem(check(s3(""))), HasSubstr("bucket: "));
  EXPECT_THAT(problem(check(s3("My Bucket"))), HasSubstr("bucket: 'My Bucket'"));
  auto options = s3("images");
  options.prefix = "../";
  EXPECT_THAT(problem(check(options)), HasSubstr("prefix: "));
  options = s3("images");
  options.endpoint = "minio:9000";
  EXPECT_EQ(problem(check(options)), "endpoint: must begin with http:// or https://");
  options = s3("images");
  options.access_key = "key";
  EXPECT_EQ(problem(check(options)), "secret_key: is missing");
  options = s3("images");
  options.timeout = base::Duration{0};
  EXPECT_EQ(problem(check(options)), "timeout: must be more than 0");

  GcsOptions google;
  google.bucket = "images";
  EXPECT_EQ(problem(check(google)), "credentials: is missing");
  google.access = GcsOptions::Access::metadata;
  EXPECT_EQ(problem(check(google)), "none");

  PostgresqlOptions postgresql;
  postgresql.url = "user:hunter2@host";
  EXPECT_THAT(problem(check(postgresql)), HasSubstr("url: must be as postgresql://"));
  EXPECT_THAT(problem(check(postgresql)), Not(HasSubstr("hunter2")));
  postgresql.url = "postgresql://host/db";
  EXPECT_EQ(problem(check(postgresql)), "none");
  postgresql.table = "records; DROP TABLE x";
  EXPECT_THAT(problem(check(postgresql)), HasSubstr("table: "));
  MongodbOptions mongodb;
  mongodb.url = "mongodb://host";
  EXPECT_EQ(problem(check(mongodb)), "none");
  mongodb.collection = "$x";
  EXPECT_THAT(problem(check(mongodb)), HasSubstr("collection: "));

  SpoolOptions spool;
  spool.path = "x";
  EXPECT_EQ(problem(check(spool)), "none");
  spool.most_bytes = 1000;
  EXPECT_EQ(problem(check(spool)), "spool.most_bytes: must be 1 MiB or more");
  EXPECT_EQ(problem(check(BlobStoreOptions{.place = s3("images"), .spool = spool})),
            "spool.most_bytes: must be 1 MiB or more");
  EXPECT_EQ(problem(check(RecordStoreOptions{.place = SqliteOptions{}})), "path: is missing");
}

TEST(OpenStores, OfEachLocalPlace) {
  const StoreFolder folder;
  const base::ManualClock clock;
  const SpoolOptions spool{.path = folder.path() / "spool"};
  for (const BlobStoreOptions& options :
       {BlobStoreOptions{}, BlobStoreOptions{.place = FilesystemOptions{folder.path() / "blobs"}},
        BlobStoreOptions{.place = MemoryOptions{}, .spool = spool}}) {
    const auto store = open_blob_store(options, clock);
    ASSERT_TRUE(store) << store.error().message;
    ASSERT_TRUE((*store)->put("a", bytes_of("x")));
    EXPECT_EQ(text_of((*store)->get("a").value()), "x");
    EXPECT_EQ((*store)->uploads().has_value(), options.spool.has_value());
  }
  const SpoolOptions local{.path = folder.path() / "deep" / "spool.db"};
  for (const RecordStoreOptions& options :
       {RecordStoreOptions{},
        RecordStoreOptions{.place = FilesystemOptions{folder.path() / "json"}},
        RecordStoreOptions{.place = SqliteOptions{folder.path() / "more" / "records.db"}},
        RecordStoreOptions{.place = MemoryOptions{}, .spool = local}}) {
    const auto store = open_record_store(options, clock);
    ASSERT_TRUE(store) << store.error().message;
    const Record record{"a", "line", "OK", "Done", {}, "{}"};
    ASSERT_TRUE((*store)->put(record));
    EXPECT_EQ((*store)->get("a").value(), record);
    EXPECT_EQ((*store)->uploads().has_value(), options.spool.has_value());
  }
  EXPECT_EQ(open_blob_store({.place = s3("")}, clock).error().code, base::ErrorCode::invalid);
}

}  // namespace
}  // namespace sluice::store
