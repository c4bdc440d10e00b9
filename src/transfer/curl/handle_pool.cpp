#include "transfer/curl/handle_pool.hpp"

#include <algorithm>
#include <utility>

namespace sluice::transfer::curl {
namespace {

constexpr std::size_t kMostIdle = 16;

}  // namespace

HandlePool::HandlePool() {
  curl_global_init(CURL_GLOBAL_DEFAULT);
}

Handle HandlePool::take(const std::string& origin) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(idle_.rbegin(), idle_.rend(),
                                    [&origin](const Idle& idle) { return idle.origin == origin; });
    if (found != idle_.rend()) {
      Handle handle = std::move(found->handle);
      idle_.erase(std::next(found).base());
      curl_easy_reset(handle.get());
      return handle;
    }
  }
  return Handle(curl_easy_init());
}

void HandlePool::give_back(std::string origin, Handle handle) {
  Handle dropped;  // closed outside the lock
  const std::lock_guard lock(mutex_);
  idle_.push_back({std::move(origin), std::move(handle)});
  if (idle_.size() > kMostIdle) {
    dropped = std::move(idle_.front().handle);
    idle_.pop_front();
  }
}

}  // namespace sluice::transfer::curl
