#include "serve/tcp/outbox.hpp"

namespace sluice::serve::tcp {
namespace {

/// What one system call takes from Asio.
constexpr std::size_t kMostBuffers = 64;

}  // namespace

const std::vector<boost::asio::const_buffer>& Outbox::buffers() {
  pieces_.clear();
  buffers_.clear();
  for (const auto& frame : frames_) {
    frame.append_pieces(pieces_);
    if (pieces_.size() >= kMostBuffers) break;
  }
  std::size_t skip = sent_;
  for (const auto piece : pieces_) {
    if (skip >= piece.size()) {
      skip -= piece.size();
      continue;
    }
    buffers_.emplace_back(piece.data() + skip, piece.size() - skip);
    skip = 0;
    if (buffers_.size() == kMostBuffers) break;
  }
  return buffers_;
}

void Outbox::written(std::size_t bytes) {
  sent_ += bytes;
  while (!frames_.empty() && sent_ >= frames_.front().size()) {
    sent_ -= frames_.front().size();
    frames_.pop_front();
  }
}

}  // namespace sluice::serve::tcp
