#include "vision/opencv/watched_reader.hpp"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

#include "vision/opencv/video.hpp"

namespace sluice::vision::opencv {

struct WatchedReader::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  bool asked = true;  ///< the thread has something to do: first of all to open
  bool closed = false;
  bool done = false;  ///< the thread ends
  std::optional<Opened> opened;
  std::optional<cv::Mat> frame;
};

WatchedReader::WatchedReader(const Open& open, base::Duration timeout)
    : timeout_(timeout),
      shared_(std::make_shared<Shared>()),
      thread_([shared = shared_, open] { run(shared, open); }) {}

WatchedReader::~WatchedReader() {
  {
    std::unique_lock lock(shared_->mutex);
    shared_->closed = true;
    shared_->changed.notify_all();
    if (!timed_out_) shared_->changed.wait_for(lock, timeout_, [this] { return shared_->done; });
    if (!shared_->done) {
      thread_.detach();
      return;
    }
  }
  thread_.join();
}

void WatchedReader::run(const std::shared_ptr<Shared>& shared, const Open& open) {
  std::optional<Opened> opened;
  cv::VideoCapture capture;
  try {
    capture = open();
    if (capture.isOpened()) {
      opened = Opened{rate_of(capture), capture.get(cv::CAP_PROP_FRAME_WIDTH) *
                                            capture.get(cv::CAP_PROP_FRAME_HEIGHT)};
    }
  } catch (const std::exception&) {
    opened.reset();
  }

  std::unique_lock lock(shared->mutex);
  shared->opened = opened;
  shared->asked = false;
  shared->changed.notify_all();
  while (opened) {
    shared->changed.wait(lock, [&shared] { return shared->closed || shared->asked; });
    if (shared->closed) break;
    lock.unlock();
    cv::Mat frame;
    bool good = false;
    try {
      good = capture.read(frame) && !frame.empty();
    } catch (const std::exception&) {
      good = false;
    }
    lock.lock();
    if (good) shared->frame = std::move(frame);
    shared->asked = false;
    shared->changed.notify_all();
  }
  lock.unlock();
  capture.release();  // may take its time, too
  lock.lock();
  shared->done = true;
  shared->changed.notify_all();
}

bool WatchedReader::wait_for_answer() {
  std::unique_lock lock(shared_->mutex);
  timed_out_ = !shared_->changed.wait_for(lock, timeout_, [this] { return !shared_->asked; });
  return !timed_out_;
}

std::optional<WatchedReader::Opened> WatchedReader::opened() {
  ended_ = !wait_for_answer();
  if (ended_) return std::nullopt;
  const std::lock_guard lock(shared_->mutex);
  ended_ = !shared_->opened;
  return shared_->opened;
}

std::optional<cv::Mat> WatchedReader::read() {
  if (ended_) return std::nullopt;
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->asked = true;
    shared_->changed.notify_all();
  }
  std::optional<cv::Mat> frame;
  if (wait_for_answer()) {
    const std::lock_guard lock(shared_->mutex);
    frame.swap(shared_->frame);
  }
  ended_ = !frame;
  return frame;
}

}  // namespace sluice::vision::opencv
