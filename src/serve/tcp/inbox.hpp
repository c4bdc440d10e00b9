// What has been read from one connection, cut into frames.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "serve/tcp/wire.hpp"

namespace sluice::serve::tcp {

/// One whole frame, in memory of its own that begins at a multiple of 16.
struct InFrame {
  std::shared_ptr<std::byte[]> memory;
  std::size_t size = 0;
  [[nodiscard]] std::span<const std::byte> bytes() const { return {memory.get(), size}; }
};

/// Small frames are read together; a large one is read to where it stays. Not thread-safe.
class Inbox {
 public:
  Inbox();

  /// Where to read to; empty: no room until frames are taken.
  [[nodiscard]] std::span<std::byte> room();
  /// That many bytes have been read there.
  void filled(std::size_t bytes);

  enum class Next {
    frame,      ///< take() gives it
    more,       ///< a frame has begun and is not all there
    nothing,    ///< between frames
    malformed,  ///< these are no frames
    too_large,  ///< a frame of more than `most` bytes
  };
  /// Looks at the next frame; take() after Next::frame.
  [[nodiscard]] Next next(std::uint64_t most);
  InFrame take();
  /// What is known of the frame that is next; its header may be there even if it is too large.
  [[nodiscard]] std::span<const std::byte> begun() const;

 private:
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  InFrame large_;  ///< being read; memory: none is
  std::size_t large_have_ = 0;
  std::size_t next_size_ = 0;
};

}  // namespace sluice::serve::tcp
