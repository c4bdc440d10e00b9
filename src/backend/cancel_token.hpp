// Lets another thread ask a running batch to stop.
#pragma once

#include <stop_token>

namespace sluice::backend {

/// One batch's cancellation. Thread-safe. A batch that was cancelled ends as soon as its backend
/// can stop it; that may be never (a driver that hangs), so nobody should wait for it.
class CancelToken {
 public:
  /// Asks the batch to stop, now or when it starts. Runs the callbacks registered on token().
  void cancel() { source_.request_stop(); }
  [[nodiscard]] bool cancelled() const { return source_.stop_requested(); }
  /// For backends: std::stop_callback, or a wait of std::condition_variable_any.
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
};

}  // namespace sluice::backend
