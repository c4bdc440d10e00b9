#include "runtime/request_table.hpp"

#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sluice::runtime {
namespace {

Payload payload(schedule::RequestId id) {
  Payload p;
  p.id = id;
  p.error = std::to_string(id);
  return p;
}

TEST(RequestTable, FindsWhatWasInserted) {
  RequestTable table;
  table.insert(payload(7));
  ASSERT_NE(table.find(7), nullptr);
  EXPECT_EQ(table.find(7)->error, "7");
  EXPECT_EQ(table.find(8), nullptr);
  EXPECT_EQ(table.size(), 1U);
}

TEST(RequestTable, TakeRemoves) {
  RequestTable table;
  table.insert(payload(7));
  EXPECT_EQ(table.take(7)->error, "7");
  EXPECT_FALSE(table.take(7));
  EXPECT_EQ(table.find(7), nullptr);
  EXPECT_EQ(table.size(), 0U);
}

TEST(RequestTable, TakenPayloadsLeaveNothingBehindInTheirEntry) {
  RequestTable table;
  auto owner = std::make_shared<int>(1);
  Payload p = payload(1);
  p.done = [owner](const Response&) {};
  table.insert(std::move(p));
  table.take(1);
  EXPECT_EQ(owner.use_count(), 1);
}

TEST(RequestTable, AnOldRequestSurvivesMillionsOfOthers) {
  RequestTable table;
  table.insert(payload(1));
  for (schedule::RequestId id = 2; id < 2'000'000; ++id) {
    table.insert(payload(id));
    ASSERT_TRUE(table.take(id));
  }
  EXPECT_EQ(table.find(1)->error, "1");
}

RC_GTEST_PROP(RequestTable, BehavesAsAMap, ()) {
  RequestTable table;
  std::map<schedule::RequestId, std::string> model;
  schedule::RequestId next = 1;
  // Biased towards insertion, so that the table grows past its first size.
  const auto steps = *rc::gen::container<std::vector<unsigned>>(400, rc::gen::inRange(0U, 300U));
  for (const unsigned step : steps) {
    if (step < 200) {
      model[next] = std::to_string(next);
      table.insert(payload(next++));
    } else {
      const schedule::RequestId id = 1 + step % next;
      const auto taken = table.take(id);
      RC_ASSERT(taken.has_value() == (model.erase(id) == 1));
      RC_ASSERT(!taken || taken->id == id);
    }
  }
  RC_ASSERT(table.size() == model.size());
  for (const auto& [id, text] : model) {
    RC_ASSERT(table.find(id) != nullptr);
    RC_ASSERT(table.find(id)->error == text);
  }
}

}  // namespace
}  // namespace sluice::runtime
