#include "pipeline/read_ahead.hpp"

#include <atomic>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doubles.hpp"

namespace sluice::pipeline {
namespace {

Frame named(const std::string& name) {
  return Frame{name, {}};
}

TEST(ReadAhead, KeepsOrderPassesErrorsAndEnds) {
  ReadAhead ahead(std::make_unique<ListStream>(std::deque<base::Result<std::optional<Frame>>>{
                      named("a"), base::fail(base::ErrorCode::invalid, "bad"), named("c")}),
                  2);
  const auto a = ahead.next();
  ASSERT_TRUE(a && *a);
  EXPECT_EQ((*a)->name, "a");
  EXPECT_FALSE(ahead.ended());
  const auto bad = ahead.next();
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "bad");
  EXPECT_EQ((*ahead.next())->name, "c");
  for (int i = 0; i < 2; ++i) {
    const auto end = ahead.next();
    ASSERT_TRUE(end);
    EXPECT_FALSE(*end);
  }
  EXPECT_TRUE(ahead.ended());
}

// Counts what it made, and tells when it made the `target`th.
class Counting final : public FrameStream {
 public:
  Counting(std::atomic<int>& made, int target, std::promise<void>& reached)
      : made_(made), target_(target), reached_(reached) {}
  base::Result<std::optional<Frame>> next() override {
    const int number = ++made_;
    if (number == target_) reached_.set_value();
    return named(std::to_string(number));
  }

 private:
  std::atomic<int>& made_;
  int target_;
  std::promise<void>& reached_;
};

TEST(ReadAhead, MakesFramesBeforeTheyAreWanted) {
  std::atomic<int> made{0};
  std::promise<void> reached;
  ReadAhead ahead(std::make_unique<Counting>(made, 3, reached), 3);
  reached.get_future().wait();  // without anybody having asked
  EXPECT_EQ((*ahead.next())->name, "1");
}

TEST(ReadAhead, IsBounded) {
  std::atomic<int> made{0};
  std::promise<void> reached;
  ReadAhead ahead(std::make_unique<Counting>(made, 3, reached), 2);
  EXPECT_EQ((*ahead.next())->name, "1");
  reached.get_future().wait();
  EXPECT_LE(made.load(), 1 + 2);  // one taken, two ready
  EXPECT_EQ((*ahead.next())->name, "2");
  EXPECT_LE(made.load(), 2 + 2);
}

// Hangs if the destructor does not wake a thread that waits for room.
TEST(ReadAhead, EndsWhileFull) {
  std::atomic<int> made{0};
  std::promise<void> reached;
  {
    const ReadAhead ahead(std::make_unique<Counting>(made, 1, reached), 1);
    reached.get_future().wait();
  }
  EXPECT_GE(made.load(), 1);
}

}  // namespace
}  // namespace sluice::pipeline
