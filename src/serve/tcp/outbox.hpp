// What waits to be written to one connection.
#pragma once

#include <deque>
#include <vector>

#include <boost/asio/buffer.hpp>

#include "serve/tcp/wire.hpp"

namespace sluice::serve::tcp {

/// Frames in order, as buffers for one gather write at a time. Not thread-safe.
class Outbox {
 public:
  void push(OutFrame frame) { frames_.push_back(std::move(frame)); }
  [[nodiscard]] bool empty() const { return frames_.empty(); }
  /// Frames, begun ones included.
  [[nodiscard]] std::size_t size() const { return frames_.size(); }
  /// The next bytes to write; valid until the next call of anything here.
  const std::vector<boost::asio::const_buffer>& buffers();
  /// They begin with `bytes` fewer now.
  void written(std::size_t bytes);
  void clear() { frames_.clear(); }

 private:
  std::deque<OutFrame> frames_;
  std::size_t sent_ = 0;  ///< of the first frame
  std::vector<std::span<const std::byte>> pieces_;
  std::vector<boost::asio::const_buffer> buffers_;
};

}  // namespace sluice::serve::tcp
