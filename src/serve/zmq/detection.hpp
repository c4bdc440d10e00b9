// What a configuration says about detecting, apart from where the server listens.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "serve/zmq/class_numbers.hpp"
#include "vision/post/post_process.hpp"
#include "vision/preprocess_options.hpp"

namespace sluice::serve::zmq {

/// How a model takes images, and what its outputs mean.
struct DetectionModel {
  vision::PreprocessOptions preprocess;
  vision::post::PostProcess post;
};

struct Detection {
  /// The models that find boxes, by name: the one in use, and those it may degrade to.
  std::map<std::string, DetectionModel, std::less<>> models;
  ClassNumbers numbers;
};

/// That of the configuration in force. Thread-safe.
class CurrentDetection {
 public:
  void set(std::shared_ptr<const Detection> detection) {
    const std::scoped_lock lock(mutex_);
    detection_ = std::move(detection);
  }
  /// Never nullptr.
  [[nodiscard]] std::shared_ptr<const Detection> get() const {
    const std::scoped_lock lock(mutex_);
    return detection_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Detection> detection_ = std::make_shared<const Detection>();
};

}  // namespace sluice::serve::zmq
