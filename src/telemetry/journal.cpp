#include "telemetry/journal.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "telemetry/journal_file.hpp"
#include "telemetry/journal_format.hpp"
#include "telemetry/ring.hpp"

namespace sluice::telemetry {

namespace {

constexpr std::size_t kChunkBytes = 64 << 10;
constexpr std::uint32_t kSideItems = 256;
constexpr int kPollMs = 20;
/// Idle polls after which the writer sleeps until it is woken.
constexpr int kIdlePolls = 50;

/// What is not an event: rare, but must not be lost in a flood of events, so it has its own ring.
struct Side {
  enum class Kind : std::uint8_t { resource, note } kind = Kind::note;
  std::uint16_t length = 0;
  ResourceSample sample;
  std::array<char, 1000> text{};
};

/// A counter to wait on with a time limit, without locks on the waking side.
class Wakeup {
 public:
  Wakeup() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  ~Wakeup() { ::close(fd_); }
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  [[nodiscard]] bool ok() const { return fd_ >= 0; }
  void wake() const {
    const std::uint64_t one = 1;
    // A full counter means that a wake-up is pending already.
    [[maybe_unused]] const auto ignored = ::write(fd_, &one, sizeof one);
  }
  /// `timeout_ms` below 0: no limit.
  void wait(int timeout_ms) const {
    ::pollfd item{fd_, POLLIN, 0};
    if (::poll(&item, 1, timeout_ms) > 0) {
      std::uint64_t count = 0;
      [[maybe_unused]] const auto ignored = ::read(fd_, &count, sizeof count);
    }
  }

 private:
  int fd_;
};

class NoJournal final : public Journal {
 public:
  void on_event(const schedule::Event&) override {}
  void on_resource(const ResourceSample&) override {}
  void on_note(base::Time, const std::string&) override {}
  std::uint64_t lost() const override { return 0; }
  base::Status close() override { return {}; }
};

class FileJournal final : public Journal {
 public:
  FileJournal(const JournalOptions& options, const RunHeader& header,
              std::unique_ptr<JournalFile> file)
      : path_(options.path),
        format_(header),
        file_(std::move(file)),
        events_(options.buffer_events),
        sides_(kSideItems),
        wake_every_(std::max<std::uint64_t>(1, events_.capacity() / 4)),
        chunk_bytes_(options.rotate_bytes == 0
                         ? kChunkBytes
                         : std::clamp<std::uint64_t>(options.rotate_bytes / 4, 1, kChunkBytes)),
        last_time_(header.started) {}

  ~FileJournal() override { finish(); }

  base::Status start() {
    if (!wakeup_.ok()) {
      return base::fail(base::ErrorCode::unavailable, "journal {}: no file descriptor left", path_);
    }
    // The writer takes no signals: a broken pipe or a file size limit then shows as a failed
    // write, and Ctrl-C goes to the threads that deal with it.
    ::sigset_t all;
    ::sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    base::Status status;
    try {
      thread_ = std::thread([this] { run(); });
    } catch (const std::system_error& error) {
      status = base::fail(base::ErrorCode::unavailable, "journal {}: no thread for it: {}", path_,
                          error.what());
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return status;
  }

  void on_event(const schedule::Event& event) override { push(events_, event, wake_every_); }

  void on_resource(const ResourceSample& sample) override {
    Side side;
    side.kind = Side::Kind::resource;
    side.sample = sample;
    push(sides_, side, kSideItems / 4);
  }

  void on_note(base::Time time, const std::string& text) override {
    Side side;
    side.sample.time = time;
    side.length = static_cast<std::uint16_t>(std::min(text.size(), side.text.size()));
    std::memcpy(side.text.data(), text.data(), side.length);
    push(sides_, side, kSideItems / 4);
  }

  std::uint64_t lost() const override {
    return lost_buffer_.load(std::memory_order_relaxed) +
           lost_disk_.load(std::memory_order_relaxed);
  }

  base::Status close() override {
    const std::lock_guard lock(close_);
    finish();
    if (lost() == 0) {
      return {};
    }
    return base::fail(base::ErrorCode::io,
                      "journal {}: {} lines were lost: {} did not fit the buffer (buffer_events), "
                      "{} could not be written{}{}",
                      path_, lost(), lost_buffer_.load(), lost_disk_.load(),
                      file_->error().empty() ? "" : ": ", file_->error());
  }

 private:
  template <class T>
  void push(Ring<T>& ring, const T& item, std::uint64_t wake_every) {
    std::uint64_t position = 0;
    if (stop_.load(std::memory_order_relaxed) || !ring.try_push(item, position)) {
      lost_buffer_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    if (position % wake_every == wake_every - 1 ||
        (sleeping_.load(std::memory_order_seq_cst) && sleeping_.exchange(false))) {
      wakeup_.wake();
    }
  }

  void finish() {
    if (thread_.joinable()) {
      stop_.store(true);
      wakeup_.wake();
      thread_.join();
    }
  }

  void run() {
    int idle = 0;
    for (;;) {
      const bool stopping = stop_.load();
      if (write_some()) {
        idle = 0;
      } else if (stopping) {
        return;
      } else if (++idle < kIdlePolls) {
        wakeup_.wait(kPollMs);
      } else {
        sleeping_.store(true, std::memory_order_seq_cst);
        if (events_.empty() && sides_.empty() && !stop_.load()) {
          wakeup_.wait(-1);
        }
        sleeping_.store(false, std::memory_order_relaxed);
      }
    }
  }

  /// Writes one chunk of what is buffered. False: nothing was.
  bool write_some() {
    chunk_.clear();
    const std::uint64_t lost_now = lost();
    const bool tell = lost_now > told_;
    if (tell) {
      format_.append_lost(chunk_, last_time_, lost_now - told_, lost_now,
                          file_->error().empty() ? "the buffer was full" : file_->error());
    }
    std::uint64_t lines = 0;
    schedule::Event event;
    while (chunk_.size() < chunk_bytes_ && events_.try_pop(event)) {
      format_.append(chunk_, event);
      last_time_ = event.time;
      ++lines;
    }
    Side side;
    while (sides_.try_pop(side)) {
      if (side.kind == Side::Kind::resource) {
        format_.append(chunk_, side.sample);
      } else {
        format_.append_note(chunk_, side.sample.time, {side.text.data(), side.length});
      }
      ++lines;
    }
    if (lines == 0 && !(tell && stop_.load())) {
      return false;
    }
    const std::size_t written = file_->write(chunk_);
    if (tell && written > 0) {
      told_ = lost_now;
    }
    const auto missing = static_cast<std::uint64_t>(
        std::count(chunk_.begin() + static_cast<std::ptrdiff_t>(written), chunk_.end(), '\n'));
    const bool lost_line_missing = tell && written == 0;
    lost_disk_.fetch_add(missing - (lost_line_missing ? 1 : 0), std::memory_order_relaxed);
    return lines > 0;
  }

  std::string path_;
  JournalFormat format_;
  std::unique_ptr<JournalFile> file_;
  Ring<schedule::Event> events_;
  Ring<Side> sides_;
  std::uint64_t wake_every_;
  std::uint64_t chunk_bytes_;
  Wakeup wakeup_;
  std::atomic<bool> stop_{false};
  std::atomic<bool> sleeping_{false};
  std::atomic<std::uint64_t> lost_buffer_{0};
  std::atomic<std::uint64_t> lost_disk_{0};
  std::mutex close_;
  std::thread thread_;
  // The writer's own.
  std::string chunk_;
  base::Time last_time_;
  std::uint64_t told_ = 0;  ///< lost lines that the journal has told of
};

}  // namespace

RunHeader make_run_header(std::string name, schedule::SchedulerOptions scheduler,
                          const base::Clock& clock, std::string software) {
  RunHeader header;
  header.name = std::move(name);
  header.scheduler = std::move(scheduler);
  header.started = clock.now();
  header.wall_started_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(
                               std::chrono::system_clock::now().time_since_epoch())
                               .count();
  header.software = std::move(software);
  return header;
}

base::Result<std::unique_ptr<Journal>> Journal::open(const JournalOptions& options,
                                                     const RunHeader& header) {
  if (options.path.empty()) {
    return std::make_unique<NoJournal>();
  }
  auto file = JournalFile::open(options, [format = JournalFormat(header)](std::uint32_t part) {
    return format.header_line(part);
  });
  if (!file) {
    return tl::unexpected(file.error());
  }
  auto journal = std::make_unique<FileJournal>(options, header, std::move(*file));
  if (auto status = journal->start(); !status) {
    return tl::unexpected(status.error());
  }
  return journal;
}

}  // namespace sluice::telemetry
