// A backend and instances that tests drive by hand.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "backend/backend.hpp"
#include "base/manual_clock.hpp"

namespace sluice::model {

/// Answers every batch with what `on_run` returns for its size, and takes as much of the clock's
/// time as that says.
class FakeInstance final : public backend::Instance {
 public:
  using OnRun = std::function<base::Result<base::Duration>(std::size_t)>;

  FakeInstance(backend::ModelInfo info, base::ManualClock& clock, OnRun on_run)
      : info_(std::move(info)), clock_(clock), on_run_(std::move(on_run)) {}

  [[nodiscard]] const backend::ModelInfo& info() const override { return info_; }
  [[nodiscard]] base::Status check(const backend::Tensors& /*inputs*/) const override { return {}; }
  base::Result<std::vector<backend::Tensors>> run(std::span<const backend::Tensors> batch,
                                                  backend::CancelToken& /*cancel*/) override {
    sizes.push_back(batch.size());
    const auto time = on_run_(batch.size());
    if (!time) return tl::unexpected(time.error());
    clock_.advance(*time);
    return std::vector<backend::Tensors>(batch.size());
  }

  std::vector<std::size_t> sizes;  ///< of the batches so far

 private:
  backend::ModelInfo info_;
  base::ManualClock& clock_;
  OnRun on_run_;
};

/// Hands out what `on_load` makes.
class FakeBackend final : public backend::Backend {
 public:
  using OnLoad = std::function<base::Result<std::unique_ptr<backend::Instance>>()>;

  explicit FakeBackend(OnLoad on_load) : on_load_(std::move(on_load)) {}
  base::Result<std::unique_ptr<backend::Instance>> load(
      const backend::ModelOptions& /*options*/) override {
    return on_load_();
  }

 private:
  OnLoad on_load_;
};

}  // namespace sluice::model
