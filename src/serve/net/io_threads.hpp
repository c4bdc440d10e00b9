// The threads that all network input and output happens on.
#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace sluice::serve::net {

/// One io_context on each of N threads. A connection stays with the context it was given, so
/// its handlers never run at the same time and need no strand.
///
/// Must outlive every socket, timer and Stream made from its contexts.
class IoThreads {
 public:
  /// Starts them. 0 counts as 1.
  explicit IoThreads(unsigned threads);
  /// As stop().
  ~IoThreads();
  IoThreads(const IoThreads&) = delete;
  IoThreads& operator=(const IoThreads&) = delete;

  /// The context for the next connection, in turn. Thread-safe.
  [[nodiscard]] boost::asio::io_context& next();
  /// Lets the handlers that run return, runs no others, and joins. Not from an I/O thread.
  void stop();

 private:
  struct Worker {
    /// The hint leaves out the locks that several threads per context would need.
    boost::asio::io_context context{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
        context.get_executor()};
    std::thread thread;
  };
  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<std::size_t> turn_{0};
};

}  // namespace sluice::serve::net
