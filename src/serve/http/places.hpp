// How many may do something at a time.
#pragma once

#include <atomic>
#include <memory>

namespace sluice::serve::http {

/// Thread-safe. The places that were taken may outlive it.
class Places {
 public:
  explicit Places(unsigned most)
      : free_(std::make_shared<std::atomic<int>>(static_cast<int>(most))) {}

  /// One place, which is given back with the last copy of the result; nullptr: all are taken.
  [[nodiscard]] std::shared_ptr<const void> take() {
    const auto give_back = [free = free_](const void*) { ++*free; };
    if (--*free_ >= 0) return {free_.get(), give_back};
    ++*free_;
    return nullptr;
  }

 private:
  std::shared_ptr<std::atomic<int>> free_;
};

}  // namespace sluice::serve::http
