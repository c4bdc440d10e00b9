// An instance that several engines may use: one batch at a time, whoever brings it.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "backend/backend.hpp"

namespace sluice::model {

/// Makes run() callable by any thread: calls take turns. A call that was cancelled while it
/// waited ends as cancelled without running.
class ExclusiveInstance final : public backend::Instance {
 public:
  explicit ExclusiveInstance(std::unique_ptr<backend::Instance> instance)
      : instance_(std::move(instance)) {}

  [[nodiscard]] const backend::ModelInfo& info() const override { return instance_->info(); }
  [[nodiscard]] base::Status check(const backend::Tensors& inputs) const override {
    return instance_->check(inputs);
  }
  [[nodiscard]] std::optional<base::Duration> expected_time(std::uint32_t size) const override {
    return instance_->expected_time(size);
  }
  [[nodiscard]] bool only_computes() const override { return instance_->only_computes(); }
  base::Result<std::vector<backend::Tensors>> run(std::span<const backend::Tensors> batch,
                                                  backend::CancelToken& cancel) override {
    const std::scoped_lock lock(turn_);
    if (cancel.cancelled()) {
      return base::fail(base::ErrorCode::unavailable,
                        "model '{}': cancelled while another batch was in its instance",
                        info().name);
    }
    return instance_->run(batch, cancel);
  }

 private:
  std::unique_ptr<backend::Instance> instance_;
  std::mutex turn_;
};

}  // namespace sluice::model
