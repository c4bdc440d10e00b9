#include "serve/observer_window.hpp"

#include <algorithm>

namespace sluice::serve {
namespace {

constexpr std::size_t kLargestPiece = 1024;
constexpr std::size_t kFewestPieces = 4;

}  // namespace

EventWindow::View::~View() {
  for (const auto& piece : pieces_) {
    piece->readers.fetch_sub(1, std::memory_order_release);
  }
}

EventWindow::EventWindow(base::Duration length, std::uint32_t most_events)
    : length_(length),
      piece_events_(std::clamp<std::size_t>(most_events / kFewestPieces, 2, kLargestPiece)),
      pieces_(std::max(most_events / piece_events_, kFewestPieces)),
      filled_(piece_events_) {
  spare_.reserve(pieces_.capacity());
}

void EventWindow::append(std::uint32_t generation, const schedule::Event& event) {
  if (filled_ == piece_events_) {
    begin_piece(event.time);
  }
  pieces_.back()->events[filled_++] = {generation, event};
}

void EventWindow::begin_piece(base::Time now) {
  while (
      !pieces_.empty() &&
      (pieces_.full() || now - pieces_.front()->events[piece_events_ - 1].event.time > length_)) {
    spare_.push_back(std::move(pieces_.front()));
    pieces_.pop_front();
  }
  pieces_.push_back(unused_piece());
  filled_ = 0;
}

std::shared_ptr<EventWindow::Piece> EventWindow::unused_piece() {
  while (!spare_.empty()) {
    auto piece = std::move(spare_.back());
    spare_.pop_back();
    // A piece that somebody still reads is left to the readers.
    if (piece->readers.load(std::memory_order_acquire) == 0) {
      return piece;
    }
  }
  auto piece = std::make_shared<Piece>();
  piece->events = std::make_unique<RememberedEvent[]>(piece_events_);
  return piece;
}

EventWindow::View EventWindow::view() const {
  View view;
  view.piece_events_ = piece_events_;
  view.size_ = size();
  view.pieces_.assign(pieces_.begin(), pieces_.end());
  for (const auto& piece : view.pieces_) {
    piece->readers.fetch_add(1, std::memory_order_relaxed);
  }
  return view;
}

std::size_t EventWindow::size() const {
  return pieces_.empty() ? 0 : (pieces_.size() - 1) * piece_events_ + filled_;
}

}  // namespace sluice::serve
