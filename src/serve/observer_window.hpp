// The last events, whole: a bounded ring in pieces that readers keep alive while they read.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include <boost/circular_buffer.hpp>

#include "schedule/event.hpp"

namespace sluice::serve {

/// An event and the configuration whose scheduler told it.
struct RememberedEvent {
  std::uint32_t generation = 0;
  schedule::Event event;
};

/// PARAMETERS AND BEHAVIOUR
/// Holds at most `most_events` events (at least 8), and forgets pieces that are older than
/// `length`. Memory is taken as it is needed and used again.
///
/// THREADS: append() and view() need a lock around them. A View is read without it: what it
/// covers does not change.
class EventWindow {
 private:
  struct Piece {
    std::unique_ptr<RememberedEvent[]> events;
    std::atomic<std::uint32_t> readers{0};
  };

 public:
  /// A hold on the events up to a moment, oldest first.
  class View {
   public:
    View() = default;
    ~View();
    View(View&&) noexcept = default;
    View& operator=(View&&) = delete;
    View(const View&) = delete;
    View& operator=(const View&) = delete;

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] const RememberedEvent& operator[](std::size_t i) const {
      return pieces_[i / piece_events_]->events[i % piece_events_];
    }

   private:
    friend class EventWindow;
    std::vector<std::shared_ptr<Piece>> pieces_;
    std::size_t piece_events_ = 1;
    std::size_t size_ = 0;
  };

  EventWindow(base::Duration length, std::uint32_t most_events);

  void append(std::uint32_t generation, const schedule::Event& event);
  [[nodiscard]] View view() const;
  [[nodiscard]] std::size_t size() const;

 private:
  void begin_piece(base::Time now);
  std::shared_ptr<Piece> unused_piece();

  base::Duration length_;
  std::size_t piece_events_;
  boost::circular_buffer<std::shared_ptr<Piece>> pieces_;
  std::vector<std::shared_ptr<Piece>> spare_;
  std::size_t filled_;  ///< events in the last piece
};

}  // namespace sluice::serve
