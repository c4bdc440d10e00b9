#include "serve/net/io_threads.hpp"

#include <algorithm>
#include <exception>

#include <spdlog/spdlog.h>

namespace sluice::serve::net {
namespace {

/// A handler that throws (memory has run out) costs its connection, not the daemon.
void run(boost::asio::io_context& context) {
  for (;;) {
    try {
      context.run();
      return;
    } catch (const std::exception& e) {
      spdlog::error("a network handler failed: {}", e.what());
    }
  }
}

}  // namespace

IoThreads::IoThreads(unsigned threads) {
  for (unsigned i = 0; i < std::max(threads, 1u); ++i) {
    workers_.push_back(std::make_unique<Worker>());
    auto& worker = *workers_.back();
    worker.thread = std::thread([&worker] { run(worker.context); });
  }
}

IoThreads::~IoThreads() {
  stop();
}

boost::asio::io_context& IoThreads::next() {
  return workers_[turn_.fetch_add(1, std::memory_order_relaxed) % workers_.size()]->context;
}

void IoThreads::stop() {
  for (auto& worker : workers_) worker->context.stop();
  for (auto& worker : workers_) {
    if (worker->thread.joinable()) worker->thread.join();
  }
}

}  // namespace sluice::serve::net
