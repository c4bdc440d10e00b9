// A bounded queue between the threads that produce events and the one that writes them.
#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>

namespace sluice::telemetry {

/// Many producers, one consumer, fixed capacity, no locks, no allocation after construction.
/// The algorithm is Dmitry Vyukov's bounded queue with a state per cell; here the state counts
/// laps (2 * lap: free, 2 * lap + 1: full), so that a ring of zeroed pages is empty and memory
/// becomes resident only as far as it is used.
template <class T>
class Ring {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  /// Room for `capacity` items, rounded up to a power of two (at least 2).
  explicit Ring(std::uint32_t capacity)
      : capacity_(std::bit_ceil(capacity < 2 ? 2u : capacity)),
        shift_(static_cast<unsigned>(std::countr_zero(capacity_))),
        cells_(static_cast<Cell*>(std::calloc(capacity_, sizeof(Cell)))) {
    if (cells_ == nullptr) {
      throw std::bad_alloc();
    }
  }

  /// Any thread. False: full, the item was not taken. `position` counts the items taken before.
  bool try_push(const T& item, std::uint64_t& position) {
    std::uint64_t at = tail_.load(std::memory_order_relaxed);
    for (;;) {
      Cell& cell = cells_.get()[at & (capacity_ - 1)];
      std::atomic_ref<std::uint64_t> state(cell.state);
      const std::uint64_t free = (at >> shift_) * 2;
      const std::uint64_t seen = state.load(std::memory_order_acquire);
      if (seen == free) {
        if (tail_.compare_exchange_weak(at, at + 1, std::memory_order_relaxed)) {
          cell.item = item;
          // Sequentially consistent: a producer that looks next whether the consumer sleeps, and
          // a consumer that looks for items before it sleeps, must not miss each other.
          state.store(free + 1, std::memory_order_seq_cst);
          position = at;
          return true;
        }
      } else if (seen < free) {
        return false;
      } else {
        at = tail_.load(std::memory_order_relaxed);
      }
    }
  }

  /// The consumer only. False: empty.
  bool try_pop(T& item) {
    if (empty()) {
      return false;
    }
    Cell& cell = cells_.get()[head_ & (capacity_ - 1)];
    item = cell.item;
    std::atomic_ref<std::uint64_t>(cell.state)
        .store(((head_ >> shift_) + 1) * 2, std::memory_order_release);
    ++head_;
    return true;
  }

  /// The consumer only.
  [[nodiscard]] bool empty() const {
    std::atomic_ref<std::uint64_t> state(cells_.get()[head_ & (capacity_ - 1)].state);
    return state.load(std::memory_order_seq_cst) != (head_ >> shift_) * 2 + 1;
  }

  [[nodiscard]] std::uint64_t capacity() const { return capacity_; }

 private:
  struct Cell {
    std::uint64_t state;
    T item;
  };
  struct Free {
    void operator()(Cell* cells) const { std::free(cells); }
  };

  std::uint64_t capacity_;
  unsigned shift_;
  std::unique_ptr<Cell, Free> cells_;
  alignas(64) std::atomic<std::uint64_t> tail_{0};
  alignas(64) std::uint64_t head_ = 0;
};

}  // namespace sluice::telemetry
