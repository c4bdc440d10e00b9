#include "store/spooling_blob_store.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/manual_clock.hpp"
#include "unit/store/flaky_stores.hpp"
#include "unit/store/store_folder.hpp"

namespace sluice::store {
namespace {

using base::ErrorCode;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SpoolingBlobs : public testing::Test {
 protected:
  std::unique_ptr<SpoolingBlobStore> open() {
    return SpoolingBlobStore::open(options_,
                                   std::make_unique<FlakyBlobStore>(remote_state_, remote_), clock_)
        .value();
  }
  void put(SpoolingBlobStore& store, const std::string& name, const std::string& text = "x") {
    const auto done = store.put(name, bytes_of(text));
    ASSERT_TRUE(done) << done.error().message;
  }
  static void send_all(SpoolingBlobStore& store) {
    while (store.step() != base::kNever) {
    }
  }

  StoreFolder folder_;
  SpoolOptions options_{.path = folder_.path() / "spool"};
  base::ManualClock clock_;
  FlakyState remote_state_;
  MemoryBlobStore remote_;
};

TEST_F(SpoolingBlobs, FollowInOrder) {
  const auto store = open();
  put(*store, "b", "1");
  put(*store, "a", "2");
  put(*store, "b", "3");
  ASSERT_TRUE(store->remove("a"));
  EXPECT_THAT(remote_state_.calls, IsEmpty());
  EXPECT_EQ(store->step(), base::kNever);
  EXPECT_THAT(remote_state_.calls, ElementsAre("put b", "put a", "put b", "remove a"));
  EXPECT_EQ(text_of(remote_.get("b").value()), "3");
  EXPECT_EQ(store->uploads()->sent, 4U);
  EXPECT_EQ(store->uploads()->waiting, 0U);
  EXPECT_EQ(store->uploads()->bytes, 0U);
}

TEST_F(SpoolingBlobs, ShowWhatWaitsAsIfItHadArrived) {
  const auto store = open();
  ASSERT_TRUE(remote_.put("s/far", bytes_of("far")));
  ASSERT_TRUE(remote_.put("s/gone", bytes_of("gone")));
  put(*store, "s/near", "near");
  put(*store, "s/far", "newer");
  put(*store, "st", "other");
  ASSERT_TRUE(store->remove("s/gone"));
  EXPECT_EQ(text_of(store->get("s/near").value()), "near");
  EXPECT_EQ(text_of(store->get("s/far").value()), "newer");
  EXPECT_EQ(store->get("s/gone").error().code, ErrorCode::not_found);
  EXPECT_EQ(store->remove("s/gone").error().code, ErrorCode::not_found);
  EXPECT_THAT(store->list("s").value(), ElementsAre("s/far", "s/near"));
  EXPECT_TRUE(store->waiting("s"));
  EXPECT_TRUE(store->waiting("s/near"));
  EXPECT_FALSE(store->waiting("s/ne"));
  send_all(*store);
  EXPECT_FALSE(store->waiting("s"));
  EXPECT_THAT(store->list("").value(), ElementsAre("s/far", "s/near", "st"));
  EXPECT_EQ(store->get("s/gone").error().code, ErrorCode::not_found);
}

TEST_F(SpoolingBlobs, TryAgainWithBackOff) {
  const auto store = open();
  remote_state_.away = true;
  put(*store, "a");
  put(*store, "b");
  EXPECT_EQ(store->step(), clock_.now() + seconds(1));
  EXPECT_EQ(store->step(), clock_.now() + seconds(1));  // too early: not tried
  EXPECT_EQ(remote_state_.attempts, 1);
  EXPECT_EQ(store->uploads()->last_error, "the network is away");
  std::vector<int> waits;
  for (int i = 0; i < 8; ++i) {
    const base::Time before = clock_.now();
    clock_.set(store->step());
    waits.push_back(static_cast<int>((clock_.now() - before) / seconds(1)));
  }
  EXPECT_THAT(waits, ElementsAre(1, 2, 4, 8, 16, 32, 60, 60));
  remote_state_.away = false;
  send_all(*store);
  EXPECT_THAT(remote_state_.calls, ElementsAre("put a", "put b"));
  EXPECT_EQ(store->uploads()->last_error, "");
}

TEST_F(SpoolingBlobs, AFullSpoolKeepsWhatItHas) {
  options_.most_bytes = 1 << 20;
  const auto store = open();
  remote_state_.away = true;
  const std::string large(300'000, 'x');
  for (const char* name : {"a", "b", "c"}) put(*store, name, large);
  const auto refused = store->put("d", bytes_of(large));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("full: 3 changes"));
  EXPECT_LE(store->uploads()->bytes, options_.most_bytes);
  remote_state_.away = false;
  send_all(*store);
  put(*store, "d", large);
  EXPECT_EQ(remote_.list("").value().size(), 3U);
}

TEST_F(SpoolingBlobs, ManySmallOnesFillItToo) {
  options_.most_bytes = 1 << 20;
  const auto store = open();
  int accepted = 0;
  while (store->put(fmt::format("{}", accepted), {})) ++accepted;
  EXPECT_EQ(accepted, (1 << 20) / 4096);
}

TEST_F(SpoolingBlobs, SurviveKillMinus9) {
  // A process that is killed while it writes, again and again.
  int known = 0;
  for (int round = 0; round < 5; ++round) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      auto store = open();
      for (int i = known;; ++i) {
        if (!store->put(fmt::format("{:06}", i), bytes_of(std::to_string(i)))) ::_exit(1);
        if (::write(pipe[1], &i, sizeof i) != sizeof i) ::_exit(1);
      }
    }
    for (int i = 0; i < 20; ++i) {
      int last = 0;
      ASSERT_EQ(::read(pipe[0], &last, sizeof last), static_cast<ssize_t>(sizeof last));
      known = last + 1;
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(pipe[1]);
    int last = 0;
    while (::read(pipe[0], &last, sizeof last) == static_cast<ssize_t>(sizeof last))
      known = last + 1;
    ::close(pipe[0]);
  }
  const auto store = open();
  send_all(*store);
  // Each that was accepted, in order (the last of a round may have been accepted unseen, and
  // again).
  for (int i = 0; i < known; ++i) {
    const std::string name = fmt::format("{:06}", i);
    ASSERT_EQ(text_of(remote_.get(name).value()), std::to_string(i));
  }
  EXPECT_TRUE(std::is_sorted(remote_state_.calls.begin(), remote_state_.calls.end()));
}

TEST_F(SpoolingBlobs, SayWhichFileIsNotTheirs) {
  std::filesystem::create_directories(options_.path);
  for (const char* text : {"", "put a", "get a\n", "put ../a\n", "put\n"}) {
    std::ofstream(options_.path / "00000000000000000007") << text;
    const auto spool = Spool::open(options_.path, 1 << 20);
    ASSERT_FALSE(spool) << text;
    EXPECT_EQ(spool.error().code, ErrorCode::invalid);
    EXPECT_THAT(spool.error().message, HasSubstr("00000000000000000007"));
  }
}

TEST_F(SpoolingBlobs, AThreadSendsThem) {
  const base::SteadyClock clock;
  auto store = SpoolingBlobStore::open(
                   options_, std::make_unique<FlakyBlobStore>(remote_state_, remote_), clock)
                   .value();
  store->start();
  for (int i = 0; i < 100; ++i) put(*store, fmt::format("{:03}", i));
  while (store->uploads()->waiting > 0) std::this_thread::yield();
  store.reset();
  EXPECT_EQ(remote_state_.calls.size(), 100U);
}

}  // namespace
}  // namespace sluice::store
