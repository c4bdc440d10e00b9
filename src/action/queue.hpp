// What is still to be done about decisions, kept on disk until it is done.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "action/action.hpp"
#include "action/ndjson_file.hpp"
#include "action/queue_table.hpp"
#include "base/retry.hpp"

namespace sluice::action {

struct QueueOptions {
  base::RetryDelays retry{};
  base::Duration max_age{std::chrono::hours(24)};  ///< then an event ends as a dead letter
  int max_attempts = 0;                            ///< likewise; 0: as many as fit into max_age
  /// Events that may wait; then the oldest end as dead letters.
  std::int64_t capacity = 100'000;
};

/// Errors (invalid) name the option and what it may be.
base::Status check(const QueueOptions& options);

struct QueuedAction {
  std::string name;  ///< unique in the database; its rows are found by it after a restart
  std::unique_ptr<Action> action;
  QueueOptions options{};
};

/// How it ended for one event.
struct Outcome {
  std::string action;
  std::string event_id;  ///< Event::id
  std::string error;     ///< empty: done; else why it ended as a dead letter
};

struct ActionCounters {
  std::string name;
  std::uint64_t done = 0;    ///< since the start
  std::uint64_t failed = 0;  ///< dead letters since the start
  std::int64_t waiting = 0;
  std::string last_error;  ///< of an attempt; empty: none yet
};

/// PARAMETERS AND BEHAVIOUR
/// Each action does its events in their order, one at a time; while the first is retried the others
/// wait. An attempt that ended with `unavailable` is repeated after a growing delay. Any other
/// error, or too old an event, or too many of them, makes a dead letter: a line {time, action,
/// reason, attempts, event} in a file.
///
/// After a crash everything that was queued is done. What was under way then is done again if the
/// action is repeatable(); otherwise it may have been done or not and ends as a dead letter.
///
/// MEMORY: one event for each action, and SQLite's cache.
/// THREADS: thread-safe. After start(), one thread for each action.
class ActionQueue {
 public:
  /// Opens or creates the database, which the caller may have open, too. The files' folders exist.
  /// Errors: two actions of one name, the options (invalid), the database.
  static base::Result<std::unique_ptr<ActionQueue>> open(
      const std::filesystem::path& database, NdjsonFileOptions dead_letters,
      std::vector<QueuedAction> actions, std::function<void(const Outcome&)> on_outcome = {});
  /// As stop().
  ~ActionQueue();
  ActionQueue(const ActionQueue&) = delete;
  ActionQueue& operator=(const ActionQueue&) = delete;

  /// Queues an event for the named actions, all or none. The same event again changes nothing while
  /// it is waiting. To do it in a transaction of one's own: add_to_queue() and, when that is
  /// committed, wake().
  base::Status enqueue(const Event& event, std::span<const std::string> actions, WallTime now);
  /// The threads look for new rows.
  void wake();

  using WallClock = std::function<WallTime()>;
  /// Starts the threads, each of which calls step() when it is due.
  void start(WallClock clock);

  /// Ends the threads; waits for the acts under way. What is queued afterwards waits on disk.
  void stop();

  /// Does what is due of an action, one event at most, and says when to call again: WallTime::max()
  /// when nothing waits. One caller at a time for each action. `action` is an index into those that
  /// open() got.
  WallTime step(std::size_t action, WallTime now);

  /// In the order of open().
  [[nodiscard]] std::vector<ActionCounters> counters() const;

 private:
  struct Worker {
    QueuedAction queued;
    ActionCounters counters;
    std::thread thread{};
    bool woken = false;
  };

  ActionQueue(store::Database database, NdjsonFileOptions dead_letters,
              std::function<void(const Outcome&)> on_outcome);
  base::Result<WallTime> try_step(Worker& worker, WallTime now);
  base::Result<WallTime> act(Worker& worker, QueueRow row, WallTime now);
  base::Status end(Worker& worker, const QueueRow& row, const std::string& event_id,
                   const std::string& error, WallTime now);
  base::Status update(const QueueRow& row);
  [[nodiscard]] std::string overdue(const Worker& worker, const QueueRow& row, std::int64_t length,
                                    WallTime now) const;
  void drive(Worker& worker, std::size_t index, const WallClock& clock);

  std::function<void(const Outcome&)> on_outcome_;
  NdjsonFile dead_letters_;
  mutable std::mutex mutex_;  ///< of everything below
  store::Database database_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::minstd_rand random_;
  std::condition_variable changed_;
  bool stopping_ = false;
};

}  // namespace sluice::action
