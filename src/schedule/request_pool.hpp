// Storage for live requests: stable addresses, reuse instead of allocation, look-up by id.
// Internal to schedule/.
#pragma once

#include <deque>
#include <vector>

#include "schedule/request.hpp"

namespace sluice::schedule {

class RequestPool {
 public:
  RequestPool() : buckets_(64), live_(IdSet::bucket_traits(buckets_.data(), buckets_.size())) {}
  ~RequestPool() { live_.clear(); }
  RequestPool(const RequestPool&) = delete;
  RequestPool& operator=(const RequestPool&) = delete;

  Request& make(RequestId id) {
    if (free_.empty()) {
      free_.push_back(&storage_.emplace_back());
    }
    Request& request = *free_.back();
    free_.pop_back();
    request.id = id;
    if (live_.size() >= buckets_.size()) {
      grow();
    }
    live_.insert(request);
    return request;
  }
  void release(Request& request) {
    live_.erase(live_.iterator_to(request));
    free_.push_back(&request);
  }
  Request* find(RequestId id) {
    auto it = live_.find(id, IdHash{}, IdEqual{});
    return it == live_.end() ? nullptr : &*it;
  }

 private:
  void grow() {
    std::vector<IdSet::bucket_type> bigger(buckets_.size() * 2);
    live_.rehash(IdSet::bucket_traits(bigger.data(), bigger.size()));
    buckets_.swap(bigger);
  }
  std::deque<Request> storage_;
  std::vector<Request*> free_;
  std::vector<IdSet::bucket_type> buckets_;
  IdSet live_;
};

}  // namespace sluice::schedule
