#include <filesystem>

#include <gtest/gtest.h>

#include "store/sqlite.hpp"

namespace sluice::store {
namespace {

std::int64_t rows_in(const Database& database) {
  auto count = database.prepare("SELECT count(*) FROM t");
  if (!count || !count->step().value_or(false)) return -1;
  return count->integer(0);
}

TEST(InTransaction, WritesAllOrNothing) {
  const auto database = Database::open(":memory:").value();
  ASSERT_TRUE(database.run("CREATE TABLE t(x)"));
  const auto insert = [&] { return database.run("INSERT INTO t VALUES(1)"); };
  ASSERT_TRUE(database.in_transaction(insert));
  EXPECT_EQ(rows_in(database), 1);

  const auto failed = database.in_transaction([&]() -> base::Status {
    if (auto done = insert(); !done) return done;
    return base::fail(base::ErrorCode::invalid, "not so");
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "not so");
  EXPECT_EQ(rows_in(database), 1);
  ASSERT_TRUE(database.in_transaction(insert)) << "no transaction is left open";
  EXPECT_EQ(rows_in(database), 2);
}

}  // namespace
}  // namespace sluice::store
