// The queued requests under every order that decisions need. Internal to schedule/.
#pragma once

#include <vector>

#include "schedule/request.hpp"

namespace sluice::schedule {

class Queues {
 public:
  Queues(std::size_t tasks, std::size_t models) : fifo_(tasks), per_model_(models, 0) {}
  ~Queues() {
    order_.clear();
    deadlines_.clear();
    for (auto& list : fifo_) {
      list.clear();
    }
  }
  Queues(const Queues&) = delete;
  Queues& operator=(const Queues&) = delete;

  void insert(Request& r) {
    // Nearly always at the end; a deferred request comes back with an older id.
    FifoList& list = fifo_[r.queue];
    auto position = list.end();
    while (position != list.begin() && std::prev(position)->id > r.id) {
      --position;
    }
    list.insert(position, r);
    order_.insert(r);
    deadlines_.insert(r);
    ++per_model_[r.model];
  }
  void erase(Request& r) {
    FifoList& list = fifo_[r.queue];
    list.erase(list.iterator_to(r));
    order_.erase(order_.iterator_to(r));
    deadlines_.erase(deadlines_.iterator_to(r));
    --per_model_[r.model];
  }

  [[nodiscard]] FifoList& task(TaskId id) { return fifo_[id]; }
  [[nodiscard]] OrderSet& order() { return order_; }
  [[nodiscard]] DeadlineSet& deadlines() { return deadlines_; }
  [[nodiscard]] const DeadlineSet& deadlines() const { return deadlines_; }
  [[nodiscard]] std::size_t size() const { return order_.size(); }
  [[nodiscard]] std::size_t size(TaskId id) const { return fifo_[id].size(); }
  [[nodiscard]] std::uint32_t of_model(ModelId id) const { return per_model_[id]; }

 private:
  std::vector<FifoList> fifo_;
  OrderSet order_;
  DeadlineSet deadlines_;
  std::vector<std::uint32_t> per_model_;
};

}  // namespace sluice::schedule
