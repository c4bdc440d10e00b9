#include "serve/tcp/inbox.hpp"

#include <algorithm>
#include <cstring>

namespace sluice::serve::tcp {
namespace {

/// Small, because thousands of connections may have one and say nothing.
constexpr std::size_t kBufferBytes = 4096;

InFrame allocate(std::size_t size) {
  // Not zeroed: a length that lies costs no memory until the bytes come.
  return {std::shared_ptr<std::byte[]>(new std::byte[size]), size};
}

}  // namespace

Inbox::Inbox() : buffer_(new std::byte[kBufferBytes]) {}

std::span<std::byte> Inbox::room() {
  if (large_.memory) return {large_.memory.get() + large_have_, large_.size - large_have_};
  if (begin_ == end_) {
    begin_ = end_ = 0;
  } else if (end_ == kBufferBytes && begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  return {buffer_.get() + end_, kBufferBytes - end_};
}

void Inbox::filled(std::size_t bytes) {
  (large_.memory ? large_have_ : end_) += bytes;
}

Inbox::Next Inbox::next(std::uint64_t most) {
  if (large_.memory) return large_have_ == large_.size ? Next::frame : Next::more;
  const auto there = begun();
  if (there.size() < kPrefixBytes) return there.empty() ? Next::nothing : Next::more;
  const auto prefix = read_prefix(there);
  if (prefix.magic != kMagic || (prefix.version != 1 && prefix.version != 2) ||
      prefix.size < kHeaderBytes) {
    return Next::malformed;
  }
  if (there.size() < std::min<std::uint64_t>(prefix.size, kHeaderBytes)) return Next::more;
  if (prefix.size > most) return Next::too_large;
  next_size_ = static_cast<std::size_t>(prefix.size);
  if (there.size() >= next_size_) return Next::frame;
  if (next_size_ > kBufferBytes) {
    large_ = allocate(next_size_);
    std::memcpy(large_.memory.get(), there.data(), there.size());
    large_have_ = there.size();
    begin_ = end_ = 0;
  }
  return Next::more;
}

InFrame Inbox::take() {
  if (large_.memory) return std::exchange(large_, {});
  auto frame = allocate(next_size_);
  std::memcpy(frame.memory.get(), buffer_.get() + begin_, next_size_);
  begin_ += next_size_;
  return frame;
}

std::span<const std::byte> Inbox::begun() const {
  if (large_.memory) return {large_.memory.get(), large_have_};
  return {buffer_.get() + begin_, end_ - begin_};
}

}  // namespace sluice::serve::tcp
