// Stand-ins for the neighbours of the pipeline, and a folder for files.
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <unistd.h>

#include "pipeline/feeder.hpp"
#include "pipeline/frame_stream.hpp"

namespace sluice::pipeline {

/// A folder that goes with the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "sluice-pipeline-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string path(const std::string& name = "") const {
    return name.empty() ? path_.string() : (path_ / name).string();
  }
  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return path(name);
  }
  /// A plain grey image of 8x6 pixels.
  std::string image(const std::string& name, int level) const {
    std::vector<std::uint8_t> bytes;
    cv::imencode(".png", cv::Mat(6, 8, CV_8UC3, cv::Scalar::all(level)), bytes);
    return write(name, {bytes.begin(), bytes.end()});
  }

 private:
  std::filesystem::path path_;
};

/// Frames and errors as listed, then the end.
class ListStream final : public FrameStream {
 public:
  explicit ListStream(std::deque<base::Result<std::optional<Frame>>> items)
      : items_(std::move(items)) {}
  base::Result<std::optional<Frame>> next() override {
    if (items_.empty()) return std::nullopt;
    auto item = std::move(items_.front());
    items_.pop_front();
    return item;
  }

 private:
  std::deque<base::Result<std::optional<Frame>>> items_;
};

/// Frames at given times; names in `bad` fail; `surprise`: ends without having known.
class FakeSource final : public Source {
 public:
  FakeSource(std::string name, std::vector<base::Duration> due, base::Duration period = {})
      : name_(std::move(name)), due_(std::move(due)), period_(period) {}

  std::optional<base::Duration> next_due() override {
    if (ended_ || next_ == due_.size()) return std::nullopt;
    return due_[next_];
  }
  base::Result<std::optional<Frame>> take() override {
    const std::size_t number = next_++;
    if (number == bad) return base::fail(base::ErrorCode::invalid, "{} is corrupt", name_);
    if (number == surprise) {
      ended_ = true;
      return std::nullopt;
    }
    return Frame{name_ + "#" + std::to_string(number), {}};
  }
  base::Duration period() const override { return period_; }
  base::Duration expected() const override { return due_[next_] - early; }

  std::size_t bad = SIZE_MAX;
  std::size_t surprise = SIZE_MAX;
  base::Duration early{0};  ///< how much before the due time the frame is expected

 private:
  std::string name_;
  std::vector<base::Duration> due_;
  base::Duration period_;
  std::size_t next_ = 0;
  bool ended_ = false;
};

/// Writes down what it is given, as lines of text. Thread-safe.
class Notes final : public FrameConsumer {
 public:
  base::Status submit(const schedule::Submission& submission, Frame frame) override {
    if (frame.name == refuse) return base::fail(base::ErrorCode::invalid, "wrong shape");
    note(fmt::format("{}@{} for {}", frame.name, ms(submission.arrival), submission.task));
    return {};
  }
  void announce(schedule::TaskId task, base::Time at) override {
    const std::string when = at == base::kNever ? "never" : fmt::format("{}", ms(at));
    note(fmt::format("announce {} {}", task, when));
  }
  void lost(schedule::TaskId task, base::Time due, const base::Error& error) override {
    note(fmt::format("lost {}@{}: {}", task, ms(due), error.message));
  }

  std::vector<std::string> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(notes_, {});
  }
  /// Waits until `count` notes are there, and takes them.
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return notes_.size() >= count; });
    return std::exchange(notes_, {});
  }

  std::string refuse;  ///< name of a frame that is not taken

 private:
  static long ms(base::Time at) {
    return static_cast<long>(
        std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count());
  }
  void note(std::string text) {
    const std::lock_guard lock(mutex_);
    notes_.push_back(std::move(text));
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> notes_;
};

}  // namespace sluice::pipeline
