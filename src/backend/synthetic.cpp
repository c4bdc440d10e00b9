// The synthetic backend: takes time, or fails, as told.
#include <algorithm>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "backend/backend.hpp"
#include "simulate/random.hpp"

namespace sluice::backend {

using base::Duration;
using base::ErrorCode;
using base::fail;
using tensor::DType;
using tensor::Tensor;

namespace {

enum class Fate : std::uint8_t { good, fails, hangs, throws, wrong_shape };

base::Status check_options(const SyntheticOptions& options) {
  double sum = 0;
  for (const auto& [name, rate] :
       {std::pair{"failure_rate", options.failure_rate}, std::pair{"hang_rate", options.hang_rate},
        std::pair{"throw_rate", options.throw_rate},
        std::pair{"wrong_shape_rate", options.wrong_shape_rate}}) {
    if (!(rate >= 0 && rate <= 1)) {
      return fail(ErrorCode::invalid, "{} is {}; give a share of batches from 0 to 1", name, rate);
    }
    sum += rate;
  }
  if (sum > 1) {
    return fail(ErrorCode::invalid, "the rates of faults sum up to {}; more than 1 cannot be", sum);
  }
  return {};
}

/// CPU time that this thread has used.
Duration thread_cpu_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// False: cancelled before.
bool spin(Duration time, CancelToken& cancel) {
  constexpr Duration kReadingTheClock = std::chrono::nanoseconds(500);
  if (time < kReadingTheClock) return !cancel.cancelled();
  const Duration end = thread_cpu_time() + time;
  while (thread_cpu_time() < end) {
    if (cancel.cancelled()) return false;
  }
  return true;
}

class SyntheticInstance final : public Instance {
 public:
  SyntheticInstance(const ModelOptions& options, std::unique_ptr<simulate::Service> service,
                    std::uint64_t fault_seed)
      : options_(options.synthetic),
        service_(std::move(service)),
        random_(fault_seed),
        start_(clock_.now()) {
    info_.name = options.name;
    info_.backend = "synthetic";
    info_.provider = "synthetic";
    info_.inputs.push_back({"x", DType::fp32, {-1, 1}, false});
    info_.outputs.push_back({"y", DType::fp32, {-1, 1}, false});
  }

  [[nodiscard]] const ModelInfo& info() const override { return info_; }

  [[nodiscard]] base::Status check(const Tensors& /*inputs*/) const override { return {}; }

  base::Result<std::vector<Tensors>> run(std::span<const Tensors> batch,
                                         CancelToken& cancel) override {
    if (batch.empty()) return fail(ErrorCode::invalid, "model '{}': an empty batch", info_.name);
    const Duration time = draw_time(batch.size());
    const Fate fate = draw_fate();
    const bool ended = fate == Fate::hangs ? hang(cancel) : pass(time, cancel);
    if (!ended) {
      return fail(ErrorCode::unavailable, "model '{}': the batch was cancelled", info_.name);
    }
    if (fate == Fate::fails) {
      return fail(ErrorCode::internal, "model '{}': failed, as failure_rate asks", info_.name);
    }
    if (fate == Fate::throws) {
      throw std::runtime_error(fmt::format("model '{}': thrown, as throw_rate asks", info_.name));
    }
    return outputs(batch, time, fate == Fate::wrong_shape ? 2 : 1);
  }

  [[nodiscard]] std::optional<Duration> expected_time(std::uint32_t size) const override {
    return service_->time(size, 1.0, Duration{0});
  }

  [[nodiscard]] bool only_computes() const override {
    return options_.mode == SyntheticOptions::Mode::spin && options_.hang_rate == 0;
  }

 private:
  Duration draw_time(std::size_t size) {
    double sum = 0;
    for (std::size_t i = 0; i < size; ++i) sum += service_->draw();
    const Duration time = service_->time(static_cast<std::uint32_t>(size),
                                         sum / static_cast<double>(size), clock_.now() - start_);
    return std::min(time, kLongest);
  }

  Fate draw_fate() {
    double rest = random_.uniform();
    for (const auto& [fate, rate] :
         {std::pair{Fate::fails, options_.failure_rate}, std::pair{Fate::hangs, options_.hang_rate},
          std::pair{Fate::throws, options_.throw_rate},
          std::pair{Fate::wrong_shape, options_.wrong_shape_rate}}) {
      if (rest < rate) return fate;
      rest -= rate;
    }
    return Fate::good;
  }

  /// False, like hang() always: cancelled before.
  bool pass(Duration time, CancelToken& cancel) {
    if (options_.mode == SyntheticOptions::Mode::spin) return spin(time, cancel);
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, cancel.token(), time, [] { return false; });
    return !cancel.cancelled();
  }

  bool hang(CancelToken& cancel) {
    std::unique_lock lock(mutex_);
    return wake_.wait(lock, cancel.token(), [] { return false; });
  }

  [[nodiscard]] base::Result<std::vector<Tensors>> outputs(std::span<const Tensors> batch,
                                                           Duration time,
                                                           std::int64_t columns) const {
    std::vector<Tensors> results;
    results.reserve(batch.size());
    for (const Tensors& inputs : batch) {
      const bool has_rows = !inputs.empty() && !inputs.front().shape().empty();
      const std::int64_t rows = has_rows ? inputs.front().shape().front() : 1;
      auto output = Tensor::allocate("y", DType::fp32, {rows, columns});
      if (!output) return tl::unexpected(std::move(output.error()));
      std::ranges::fill(output->mutable_as<float>(), static_cast<float>(base::to_ms(time)));
      results.push_back({std::move(*output)});
    }
    return results;
  }

  // Longer than any experiment, short enough that a wait's end is a time.
  static constexpr Duration kLongest = std::chrono::hours(24 * 365);

  ModelInfo info_;
  const SyntheticOptions options_;
  const std::unique_ptr<simulate::Service> service_;
  simulate::Random random_;
  const base::SteadyClock clock_;
  const base::Time start_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
};

class SyntheticBackend final : public Backend {
 public:
  base::Result<std::unique_ptr<Instance>> load(const ModelOptions& options) override {
    if (auto valid = check_options(options.synthetic); !valid) {
      return tl::unexpected(named(options, std::move(valid.error())));
    }
    const std::uint64_t seed = options.synthetic.seed;
    auto service =
        simulate::make_service(options.synthetic.service, simulate::stream_seed(seed, loaded_, 0));
    if (!service) return tl::unexpected(named(options, std::move(service.error())));
    return std::make_unique<SyntheticInstance>(options, std::move(*service),
                                               simulate::stream_seed(seed, loaded_++, 1));
  }

 private:
  static base::Error named(const ModelOptions& options, base::Error error) {
    return base::with_context(fmt::format("model '{}'", options.name), std::move(error));
  }

  std::uint64_t loaded_ = 0;
};

}  // namespace

std::unique_ptr<Backend> make_synthetic_backend() {
  return std::make_unique<SyntheticBackend>();
}

}  // namespace sluice::backend
