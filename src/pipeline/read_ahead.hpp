// Makes frames before they are wanted, on a thread of its own.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "pipeline/frame_stream.hpp"

namespace sluice::pipeline {

/// Keeps up to `depth` frames of another stream ready. next() waits only while none is. Like any
/// stream it is for one taking thread; the inner stream belongs to the inner thread.
class ReadAhead final : public FrameStream {
 public:
  /// `depth` at least 1.
  ReadAhead(std::unique_ptr<FrameStream> inner, std::size_t depth);
  ~ReadAhead() override;
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  base::Result<std::optional<Frame>> next() override;
  [[nodiscard]] bool ended() const override;

 private:
  using Item = base::Result<std::optional<Frame>>;
  void run();

  std::unique_ptr<FrameStream> inner_;
  const std::size_t depth_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> ready_;
  bool inner_ended_ = false;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace sluice::pipeline
