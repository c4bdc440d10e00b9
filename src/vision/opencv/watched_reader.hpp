// Reading from what may hang.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include <opencv2/core/mat.hpp>
#include <opencv2/videoio.hpp>

#include "base/time.hpp"

namespace sluice::vision::opencv {

/// Opens and reads a capture on a thread of its own, so that a time limit holds whatever the
/// library behind it does: not every back end has limits, and none has one for looking up a name. A
/// thread that hangs is left behind; it holds nothing of the caller's and ends when its call does.
/// Not thread-safe.
class WatchedReader {
 public:
  /// Gives a capture that is not open if it cannot be opened. Runs on the thread.
  using Open = std::function<cv::VideoCapture()>;

  WatchedReader(const Open& open, base::Duration timeout);
  ~WatchedReader();
  WatchedReader(const WatchedReader&) = delete;
  WatchedReader& operator=(const WatchedReader&) = delete;

  struct Opened {
    double rate = 0;
    double pixels = 0;  ///< of a frame
  };
  /// Waits until the capture is open; nullopt: it cannot be opened, or not in time. Once.
  std::optional<Opened> opened();
  /// Whether the last wait ended because time was up.
  [[nodiscard]] bool timed_out() const { return timed_out_; }

  /// The next frame; nullopt: there is none, or not in time. Then there will be no other.
  std::optional<cv::Mat> read();

 private:
  struct Shared;
  static void run(const std::shared_ptr<Shared>& shared, const Open& open);
  /// Whether the thread has an answer in time.
  bool wait_for_answer();

  const base::Duration timeout_;
  const std::shared_ptr<Shared> shared_;
  bool timed_out_ = false;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace sluice::vision::opencv
