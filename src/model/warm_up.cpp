#include "model/warm_up.hpp"

#include <algorithm>
#include <utility>

#include "simulate/service.hpp"

namespace sluice::model {

using base::Duration;

namespace {

constexpr int kTimedRuns = 5;
constexpr Duration kTimedLimit = std::chrono::milliseconds(100);

base::Status run_once(backend::Instance& instance, const std::vector<backend::Tensors>& batch,
                      backend::CancelToken& cancel) {
  auto result = instance.run(batch, cancel);
  if (result) return {};
  if (cancel.cancelled()) return tl::unexpected(std::move(result.error()));
  return base::fail(result.error().code,
                    "{} (in the warm-up, with a batch of {} example inputs; give sizes that the "
                    "model accepts in example_shapes, or set warmup: 0)",
                    result.error().message, batch.size());
}

base::Result<Duration> median_time(backend::Instance& instance,
                                   const std::vector<backend::Tensors>& batch,
                                   const base::Clock& clock, backend::CancelToken& cancel) {
  std::vector<Duration> times;
  const base::Time start = clock.now();
  for (base::Time before = start; times.size() < kTimedRuns && before - start <= kTimedLimit;) {
    if (auto run = run_once(instance, batch, cancel); !run) return tl::unexpected(run.error());
    const base::Time after = clock.now();
    times.push_back(after - before);
    before = after;
  }
  const auto middle = times.begin() + std::ssize(times) / 2;
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

}  // namespace

std::vector<std::uint32_t> profile_sizes(std::uint32_t max_batch) {
  std::vector<std::uint32_t> sizes;
  for (std::uint64_t size = 1; size < max_batch; size *= 2) {
    sizes.push_back(static_cast<std::uint32_t>(size));
  }
  sizes.push_back(max_batch);
  return sizes;
}

base::Status warm_up(backend::Instance& instance, const backend::ModelOptions& options,
                     const backend::Tensors& example, backend::CancelToken& cancel) {
  if (instance.expected_time(1)) return {};
  for (const std::uint32_t size : profile_sizes(options.max_batch)) {
    const std::vector<backend::Tensors> batch(size, example);
    for (std::uint32_t i = 0; i < options.warmup; ++i) {
      if (auto run = run_once(instance, batch, cancel); !run) return run;
    }
  }
  return {};
}

base::Result<Profile> measure(backend::Instance& instance, const backend::ModelOptions& options,
                              const backend::Tensors& example, const base::Clock& clock,
                              backend::CancelToken& cancel) {
  Profile profile;
  std::vector<simulate::MeasuredBatch> batches;
  for (const std::uint32_t size : profile_sizes(options.max_batch)) {
    base::Result<Duration> time{Duration{0}};
    if (const auto known = instance.expected_time(size)) {
      time = *known;
    } else if (options.warmup == 0) {
      break;
    } else {
      time = median_time(instance, std::vector<backend::Tensors>(size, example), clock, cancel);
    }
    if (!time) return tl::unexpected(std::move(time.error()));
    profile.batch_times.emplace_back(size, *time);
    batches.push_back({size, *time});
  }
  const simulate::ServiceOptions fitted = simulate::fit_service(batches);
  profile.base = fitted.base;
  profile.per_item = fitted.per_item;
  return profile;
}

}  // namespace sluice::model
