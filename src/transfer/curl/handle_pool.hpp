// libcurl's handles, kept for their connections.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include <curl/curl.h>

namespace sluice::transfer::curl {

struct HandleCleanup {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, HandleCleanup>;

/// Idle handles, each with the connections of its last requests. Thread-safe.
class HandlePool {
 public:
  HandlePool();

  /// The handle last used with that origin ("https://host:443"), its options as new; or else a new
  /// one. nullptr: out of memory.
  Handle take(const std::string& origin);
  /// Beyond a number of idle handles the one that has been idle longest goes, with its connections.
  void give_back(std::string origin, Handle handle);

 private:
  struct Idle {
    std::string origin;
    Handle handle;
  };

  std::mutex mutex_;
  std::deque<Idle> idle_;  ///< the last used at the end
};

}  // namespace sluice::transfer::curl
