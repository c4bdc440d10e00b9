// An engine under many threads at once. Run these under the thread sanitizer, too.
#include <algorithm>
#include <array>
#include <atomic>
#include <random>
#include <set>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "base/time.hpp"
#include "unit/runtime/doubles.hpp"

namespace sluice::runtime {
namespace {

using namespace doubles;
using schedule::EventKind;
using schedule::Outcome;

constexpr int kThreads = 4;
constexpr int kRequests = 500;

/// Counts responses by request, so that every request's single response can be checked.
class Ledger {
 public:
  Callback entry() {
    const std::size_t index = issued_++;
    return [this, index](const Response& response) {
      ++answers_[index];
      ++by_outcome_[static_cast<std::size_t>(response.outcome)];
    };
  }
  /// Every accepted request was answered exactly once.
  void check(std::uint64_t accepted) const {
    std::uint64_t answered = 0;
    for (std::size_t i = 0; i < issued_; ++i) {
      EXPECT_LE(answers_[i], 1);
      answered += static_cast<std::uint64_t>(answers_[i]);
    }
    EXPECT_EQ(answered, accepted);
  }
  [[nodiscard]] std::uint64_t count(Outcome outcome) const {
    return by_outcome_[static_cast<std::size_t>(outcome)];
  }

 private:
  std::atomic<std::size_t> issued_ = 0;
  std::vector<std::atomic<int>> answers_ = std::vector<std::atomic<int>>(100'000);
  std::array<std::atomic<std::uint64_t>, 4> by_outcome_{};
};

/// As Rig, on the machine's clock.
struct RealTimeRig {
  Events events;
  Faults faults;
  base::SteadyClock clock;
  Ledger ledger;
  std::atomic<std::uint64_t> accepted = 0;
  std::unique_ptr<Engine> engine;

  /// Two models (two instances and one), two tasks, three slots.
  void start(const Behaviour& first, const Behaviour& second,
             const std::function<void(EngineOptions&)>& change = {}) {
    EngineOptions options;
    options.scheduler.slots = 3;
    options.scheduler.tasks.resize(2);
    options.scheduler.tasks[0].name = "important";
    options.scheduler.tasks[0].priority = 10;
    options.scheduler.tasks[1].name = "other";
    options.scheduler.tasks[1].model = 1;
    options.scheduler.tasks[1].latency_budget = 5ms;
    options.on_fault = [this](const Fault& fault) { faults.add(fault); };
    if (change) {
      change(options);
    }
    std::vector<std::shared_ptr<model::Model>> models;
    models.push_back(make_model("first", {first, first}, 4, std::make_unique<FakeBackend>(first)));
    models.push_back(make_model("second", {second}, 1, std::make_unique<FakeBackend>(second)));
    auto made = Engine::create(options, std::move(models), clock, events);
    ASSERT_TRUE(made) << made.error().message;
    engine = std::move(*made);
  }

  base::Result<schedule::RequestId> submit(int i) {
    schedule::Submission submission;
    submission.task = static_cast<schedule::TaskId>(i % 2);
    auto id = engine->submit(submission, input(static_cast<float>(i)), ledger.entry());
    accepted += id ? 1U : 0U;
    return id;
  }

  void submit_from_many_threads(const std::function<void(schedule::RequestId)>& then = {}) {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([this, &then] {
        for (int i = 0; i < kRequests; ++i) {
          const auto id = submit(i);
          if (id && then) {
            then(*id);
          }
        }
      });
    }
  }

  /// After the engine ended: the books are right, and the sink saw the same.
  void check(const schedule::Accounting& books) {
    EXPECT_TRUE(books.holds());
    EXPECT_EQ(books.offered, accepted);
    EXPECT_EQ(books.queued + books.deferred + books.running, 0U);
    EXPECT_EQ(books.on_time, ledger.count(Outcome::on_time));
    EXPECT_EQ(books.late, ledger.count(Outcome::late));
    EXPECT_EQ(books.failed, ledger.count(Outcome::failed));
    EXPECT_EQ(books.dropped_total(), ledger.count(Outcome::dropped));
    ledger.check(accepted);
    const auto seen = events.all();
    for (std::size_t i = 0; i < seen.size(); ++i) {
      ASSERT_EQ(seen[i].seq, i + 1) << "events came out of order";
    }
    EXPECT_EQ(events.count_of(EventKind::arrived), accepted);
  }

  void drain_and_check() {
    engine->drain(1h);
    const schedule::Accounting books = engine->accounting();
    engine.reset();
    check(books);
  }
};

TEST(EngineConcurrency, ManySubmitters) {
  RealTimeRig rig;
  rig.start(doubled, doubled);
  rig.submit_from_many_threads();
  rig.drain_and_check();
}

TEST(EngineConcurrency, ManySubmittersUnderEveryPolicy) {
  using enum schedule::PolicyKind;
  for (const auto policy :
       {slack, fifo, priority, edf, round_robin, fixed_batch, interval, levels}) {
    RealTimeRig rig;
    rig.start(doubled, doubled, [policy](EngineOptions& options) {
      options.scheduler.policy = policy;
      options.scheduler.batch_delay = 100us;
      options.scheduler.interval = 100us;
    });
    rig.submit_from_many_threads();
    rig.drain_and_check();
  }
}

TEST(EngineConcurrency, CancelRaces) {
  RealTimeRig rig;
  rig.start(doubled, doubled);
  std::atomic<std::uint64_t> cancelled = 0;
  rig.submit_from_many_threads(
      [&](schedule::RequestId id) { cancelled += rig.engine->cancel(id) ? 1U : 0U; });
  rig.engine->drain(1h);
  const auto books = rig.engine->accounting();
  EXPECT_EQ(books.dropped[static_cast<std::size_t>(schedule::DropReason::cancelled)], cancelled);
  rig.drain_and_check();
}

TEST(EngineConcurrency, DrainWhileSubmitting) {
  RealTimeRig rig;
  rig.start(doubled, doubled);
  std::jthread drainer([&] {
    while (rig.accepted < kRequests) {
      std::this_thread::yield();
    }
    rig.engine->drain(1h);
  });
  rig.submit_from_many_threads();
  drainer.join();
  EXPECT_FALSE(rig.submit(0));
  rig.drain_and_check();
}

TEST(EngineConcurrency, StopWhileSubmittingAndDraining) {
  RealTimeRig rig;
  rig.start(doubled, doubled);
  std::jthread stopper([&] {
    while (rig.accepted < kRequests) {
      std::this_thread::yield();
    }
    std::jthread drainer([&] { rig.engine->drain(1h); });
    rig.engine->stop();
  });
  rig.submit_from_many_threads();
  stopper.join();
  rig.drain_and_check();
}

TEST(EngineConcurrency, ClosedLoopCallbacks) {
  RealTimeRig rig;
  rig.start(doubled, doubled);
  std::atomic<int> left = 2000;
  std::function<void(int)> start_one = [&](int i) {
    schedule::Submission submission;
    submission.task = static_cast<schedule::TaskId>(i % 2);
    Callback entry = rig.ledger.entry();
    const auto id = rig.engine->submit(submission, input(1), [&, i, entry](Response response) {
      entry(std::move(response));
      if (--left > 0) {
        start_one(i);
      }
    });
    rig.accepted += id ? 1U : 0U;
  };
  for (int i = 0; i < 8; ++i) {
    start_one(i);
  }
  while (left > 0) {
    std::this_thread::yield();
  }
  rig.drain_and_check();
}

TEST(EngineConcurrency, InstancesThatFailThrowAndLieAtRandom) {
  RealTimeRig rig;
  const Behaviour wild = [](Batch batch, backend::CancelToken& cancel) -> Results {
    static std::atomic<unsigned> seed = 1;
    thread_local std::mt19937 random(seed++);
    switch (random() % 8) {
      case 0:
        return broken(batch, cancel);
      case 1:
        throw std::runtime_error("wild");
      case 2:
        return std::vector<backend::Tensors>(batch.size() + 1);
      default:
        return doubled(batch, cancel);
    }
  };
  rig.start(wild, wild, [](EngineOptions& options) {
    options.quarantine_after = 2;
    options.probe_after = 50us;
  });
  rig.submit_from_many_threads([](schedule::RequestId) { std::this_thread::yield(); });
  rig.drain_and_check();
  for (const Fault& fault : rig.faults.all()) {
    EXPECT_EQ(fault.message.find("no instance"), std::string::npos) << fault.message;
  }
}

TEST(EngineConcurrency, InstancesThatHang) {
  std::atomic<int> calls = 0;  // outlives the engine, whose probes count, too
  RealTimeRig rig;
  auto gate = std::make_shared<Gate>();
  const Behaviour hangs_at_times = [&calls, gate](Batch batch, backend::CancelToken& cancel) {
    const int call = ++calls;
    if (call % 100 == 50) {
      gate->pass();  // deaf to cancellation
    }
    return doubled(batch, cancel);
  };
  rig.start(hangs_at_times, doubled, [](EngineOptions& options) {
    options.hang_timeout = 2ms;
    options.probe_after = 200us;
    options.stop_timeout = 1ms;
  });
  rig.submit_from_many_threads();
  rig.engine->drain(1h);
  rig.check(rig.engine->accounting());
  gate->open();
}

TEST(EngineConcurrency, EnginesComeAndGo) {
  for (int i = 0; i < 50; ++i) {
    RealTimeRig rig;
    rig.start(doubled, doubled);
    for (int j = 0; j < i % 5; ++j) {
      ASSERT_TRUE(rig.submit(j));
    }
    rig.engine.reset();
    rig.ledger.check(rig.accepted);
  }
}

}  // namespace
}  // namespace sluice::runtime
