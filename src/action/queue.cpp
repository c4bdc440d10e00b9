#include "action/queue.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

#include <boost/json/parse.hpp>
#include <fmt/chrono.h>
#include <spdlog/spdlog.h>

#include "action/event.hpp"
#include "base/json.hpp"

namespace sluice::action {
namespace {

using std::chrono::ceil;
using std::chrono::milliseconds;

/// After an error of the database or the file of dead letters.
constexpr std::chrono::seconds kTroubleDelay{1};
/// The calendar's clock may be set meanwhile.
constexpr std::chrono::seconds kLongestWait{60};

constexpr const char* kInDoubt =
    "in doubt: the process ended while this was under way, so that it may have been done or not";

std::string rfc3339(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  // Not by the system clock's nanoseconds, which end in the year 2262.
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z",
                     fmt::gmtime(static_cast<std::time_t>(seconds.time_since_epoch().count())));
}

std::string dead_letter(const std::string& action, const QueueRow& row, const std::string& reason,
                        WallTime now) {
  boost::json::error_code error;
  auto event = boost::json::parse(row.event, error);
  if (error) event = row.event;
  return base::to_json(boost::json::object{{"time", rfc3339(now)},
                                           {"action", action},
                                           {"reason", reason},
                                           {"attempts", row.attempts},
                                           {"event", std::move(event)}});
}

}  // namespace

base::Status check(const QueueOptions& options) {
  using base::ErrorCode;
  if (options.retry.first < milliseconds(1) || options.retry.last < options.retry.first) {
    return base::fail(ErrorCode::invalid,
                      "retry: the first delay must be 1ms at least, and the last no shorter");
  }
  if (options.max_age <= base::Duration::zero()) {
    return base::fail(ErrorCode::invalid, "retry: max_age must be positive");
  }
  if (options.max_attempts < 0) {
    return base::fail(ErrorCode::invalid, "retry: max_attempts must not be negative");
  }
  if (options.capacity < 1) {
    return base::fail(ErrorCode::invalid, "retry: capacity must be 1 at least");
  }
  return {};
}

base::Result<std::unique_ptr<ActionQueue>> ActionQueue::open(
    const std::filesystem::path& database, NdjsonFileOptions dead_letters,
    std::vector<QueuedAction> actions, std::function<void(const Outcome&)> on_outcome) {
  if (auto ok = action::check(dead_letters); !ok) return tl::unexpected(ok.error());
  auto connection = store::Database::open(database);
  if (!connection) return tl::unexpected(connection.error());
  if (auto ok = create_queue_table(*connection); !ok) return tl::unexpected(ok.error());
  std::unique_ptr<ActionQueue> queue(
      new ActionQueue(std::move(*connection), std::move(dead_letters), std::move(on_outcome)));
  for (auto& action : actions) {
    for (const auto& other : queue->workers_) {
      if (other->queued.name == action.name) {
        return base::fail(base::ErrorCode::invalid, "two actions have the name '{}'", action.name);
      }
    }
    if (auto ok = action::check(action.options); !ok) {
      return tl::unexpected(base::with_context(action.name, ok.error()));
    }
    auto worker = std::make_unique<Worker>();
    worker->counters.name = action.name;
    worker->queued = std::move(action);
    queue->workers_.push_back(std::move(worker));
  }
  return queue;
}

ActionQueue::ActionQueue(store::Database database, NdjsonFileOptions dead_letters,
                         std::function<void(const Outcome&)> on_outcome)
    : on_outcome_(std::move(on_outcome)),
      dead_letters_(std::move(dead_letters)),
      database_(std::move(database)),
      random_(std::random_device{}()) {}

ActionQueue::~ActionQueue() {
  stop();
}

void ActionQueue::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& worker : workers_) {
    if (worker->thread.joinable()) worker->thread.join();
  }
}

base::Status ActionQueue::enqueue(const Event& event, std::span<const std::string> actions,
                                  WallTime now) {
  {
    const std::lock_guard lock(mutex_);
    const auto ok =
        database_.in_transaction([&] { return add_to_queue(database_, event, actions, now); });
    if (!ok) return ok;
  }
  wake();
  return {};
}

void ActionQueue::wake() {
  const std::lock_guard lock(mutex_);
  for (auto& worker : workers_) worker->woken = true;
  changed_.notify_all();
}

void ActionQueue::start(WallClock clock) {
  for (std::size_t index = 0; index < workers_.size(); ++index) {
    Worker& worker = *workers_[index];
    worker.thread = std::thread([this, &worker, index, clock] { drive(worker, index, clock); });
  }
}

void ActionQueue::drive(Worker& worker, std::size_t index, const WallClock& clock) {
  while (true) {
    const WallTime now = clock();
    const WallTime next = step(index, now);
    std::unique_lock lock(mutex_);
    if (next > now) {
      const auto delay = std::min<milliseconds>(next - now, kLongestWait);
      changed_.wait_for(lock, delay, [this, &worker] { return stopping_ || worker.woken; });
    }
    worker.woken = false;
    if (stopping_) return;
  }
}

WallTime ActionQueue::step(std::size_t action, WallTime now) {
  Worker& worker = *workers_.at(action);
  const auto next = try_step(worker, now);
  if (next) return *next;
  const std::lock_guard lock(mutex_);
  if (worker.counters.last_error != next.error().message) {
    spdlog::error("action {}: {}", worker.queued.name, next.error().message);
  }
  worker.counters.last_error = next.error().message;
  return now + kTroubleDelay;
}

base::Result<WallTime> ActionQueue::try_step(Worker& worker, WallTime now) {
  std::optional<QueueRow> row;
  std::int64_t length = 0;
  {
    const std::lock_guard lock(mutex_);
    auto head = queue_head(database_, worker.queued.name);
    if (!head) return tl::unexpected(head.error());
    if (!*head) return WallTime::max();
    row = std::move(*head);
    const auto count = queue_length(database_, worker.queued.name);
    if (!count) return tl::unexpected(count.error());
    length = *count;
  }
  std::string reason = overdue(worker, *row, length, now);
  if (!reason.empty()) {
    const auto event = event_from_json(row->event);
    if (auto ok = end(worker, *row, event ? event->id : "", reason, now); !ok) {
      return tl::unexpected(ok.error());
    }
    return now;
  }
  // A clock that was set back must not make it wait any longer than the longest delay.
  if (row->next > now && row->next - now <= worker.queued.options.retry.last) return row->next;
  return act(worker, std::move(*row), now);
}

std::string ActionQueue::overdue(const Worker& worker, const QueueRow& row, std::int64_t length,
                                 WallTime now) const {
  const auto& options = worker.queued.options;
  const auto because = [&row](const std::string& why) {
    return row.error.empty() ? why : why + "; last error: " + row.error;
  };
  if (row.started) return kInDoubt;
  if (length > options.capacity) {
    return because(fmt::format("more than {} events are waiting", options.capacity));
  }
  if (now - row.enqueued > options.max_age) return because("too old");
  if (options.max_attempts > 0 && row.attempts >= options.max_attempts) {
    return because(fmt::format("given up after {} attempts", row.attempts));
  }
  return {};
}

base::Result<WallTime> ActionQueue::act(Worker& worker, QueueRow row, WallTime now) {
  const auto event = event_from_json(row.event);
  if (!event) {
    if (auto ok = end(worker, row, "", event.error().message, now); !ok) {
      return tl::unexpected(ok.error());
    }
    return now;
  }
  ++row.attempts;
  if (!worker.queued.action->repeatable()) {
    row.started = true;
    if (auto ok = update(row); !ok) return tl::unexpected(ok.error());
  }
  const auto acted = worker.queued.action->act(*event);
  row.started = false;
  if (!acted && acted.error().code == base::ErrorCode::unavailable) {
    row.error = acted.error().message;
    {
      const std::lock_guard lock(mutex_);
      worker.counters.last_error = row.error;
      const double part = std::uniform_real_distribution<double>(0, 1)(random_);
      row.next = now + ceil<milliseconds>(
                           base::retry_delay(worker.queued.options.retry, row.attempts, part));
    }
    if (auto ok = update(row); !ok) return tl::unexpected(ok.error());
    return row.next;
  }
  const auto ok = end(worker, row, event->id, acted ? "" : acted.error().message, now);
  if (!ok) return tl::unexpected(ok.error());
  return now;
}

base::Status ActionQueue::update(const QueueRow& row) {
  const std::lock_guard lock(mutex_);
  return update_queue(database_, row);
}

base::Status ActionQueue::end(Worker& worker, const QueueRow& row, const std::string& event_id,
                              const std::string& error, WallTime now) {
  const std::string& name = worker.queued.name;
  // First the letter, then the row: a crash in between makes it two letters, not none.
  if (!error.empty()) {
    if (auto ok = dead_letters_.append(dead_letter(name, row, error, now)); !ok) return ok;
  }
  {
    const std::lock_guard lock(mutex_);
    if (auto ok = remove_from_queue(database_, row.sequence); !ok) return ok;
    if (error.empty()) {
      ++worker.counters.done;
    } else {
      ++worker.counters.failed;
      worker.counters.last_error = error;
    }
  }
  if (!error.empty()) spdlog::warn("action {} for {}: {}", name, event_id, error);
  if (on_outcome_) on_outcome_({.action = name, .event_id = event_id, .error = error});
  return {};
}

std::vector<ActionCounters> ActionQueue::counters() const {
  const std::lock_guard lock(mutex_);
  std::vector<ActionCounters> all;
  for (const auto& worker : workers_) {
    all.push_back(worker->counters);
    // Where the database cannot say, the pages show none.
    all.back().waiting = queue_length(database_, worker->queued.name).value_or(0);
  }
  return all;
}

}  // namespace sluice::action
