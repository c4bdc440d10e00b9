#include "model/repository.hpp"

#include <tuple>

#include "model/example.hpp"
#include "model/exclusive_instance.hpp"
#include "model/warm_up.hpp"

namespace sluice::model {

using base::ErrorCode;
using base::fail;

namespace {

// Far beyond use; what is above is a slip of the pen that would exhaust the memory.
constexpr std::uint32_t kMostInstances = 1024;
constexpr std::uint32_t kMostBatch = 65536;

/// `remark`: see Model::remark(); kept where there is nothing to remark.
base::Result<std::unique_ptr<backend::Instance>> load_instance(backend::Backend& backend,
                                                               const backend::ModelOptions& options,
                                                               backend::CancelToken& cancel,
                                                               std::string& remark) {
  auto instance = backend.load(options);
  if (!instance) return instance;
  const auto example = example_inputs((*instance)->info(), options);
  if (!example) return tl::unexpected(example.error());
  if (auto warm = warm_up(**instance, options, *example, cancel); !warm) {
    // With sizes that are no more than a guess, the model may be in order all the same.
    if (cancel.cancelled() || !guesses_sizes((*instance)->info(), options)) {
      return tl::unexpected(std::move(warm.error()));
    }
    remark = fmt::format("not warmed up: {}", warm.error().message);
  }
  return instance;
}

base::Result<Profile> measure_instance(backend::Instance& instance,
                                       const backend::ModelOptions& options,
                                       const base::Clock& clock, backend::CancelToken& cancel) {
  const auto example = example_inputs(instance.info(), options);
  if (!example) return tl::unexpected(example.error());
  return measure(instance, options, *example, clock, cancel);
}

base::Status check_counts(const backend::ModelOptions& options) {
  for (const auto& [name, value, most] :
       {std::tuple{"instances", options.instances, kMostInstances},
        std::tuple{"max_batch", options.max_batch, kMostBatch}}) {
    if (value == 0 || value > most) {
      return fail(ErrorCode::invalid, "model '{}': {} is {}; give 1 to {}", options.name, name,
                  value, most);
    }
  }
  return {};
}

}  // namespace

Model::Model(backend::ModelOptions options,
             std::vector<std::unique_ptr<backend::Instance>> instances, Profile profile,
             std::unique_ptr<backend::Backend> backend, std::string remark)
    : options_(std::move(options)),
      info_(instances.front()->info()),
      profile_(std::move(profile)),
      backend_(std::move(backend)),
      remark_(std::move(remark)) {
  for (auto& instance : instances) {
    instances_.push_back(std::make_shared<ExclusiveInstance>(std::move(instance)));
  }
}

std::shared_ptr<backend::Instance> Model::instance(std::size_t index) const {
  const std::scoped_lock lock(instances_mutex_);
  return instances_[index];
}

base::Status Model::replace_instance(std::size_t index, backend::CancelToken* cancel) {
  if (index >= instances_.size()) {
    return fail(ErrorCode::not_found, "model '{}' has no instance {}; it has {}", options_.name,
                index, instances_.size());
  }
  backend::CancelToken never;
  base::Result<std::unique_ptr<backend::Instance>> fresh{nullptr};
  {
    const std::scoped_lock lock(backend_mutex_);
    if (backend_ == nullptr) {
      auto made = backend::make_backend(options_.backend);
      if (!made) return tl::unexpected(std::move(made.error()));
      backend_ = std::move(*made);
    }
    std::string remark;  // the same as at first
    fresh = load_instance(*backend_, options_, cancel != nullptr ? *cancel : never, remark);
  }
  if (!fresh) return tl::unexpected(std::move(fresh.error()));
  std::shared_ptr<backend::Instance> old = std::make_shared<ExclusiveInstance>(std::move(*fresh));
  const std::scoped_lock lock(instances_mutex_);
  std::swap(instances_[index], old);
  return {};
}

base::Result<std::unique_ptr<Model>> load(std::unique_ptr<backend::Backend> backend,
                                          const backend::ModelOptions& options,
                                          const base::Clock& clock, backend::CancelToken* cancel) {
  if (auto counts = check_counts(options); !counts) return tl::unexpected(counts.error());
  backend::CancelToken never;
  backend::CancelToken& token = cancel != nullptr ? *cancel : never;
  std::string remark;
  std::vector<std::unique_ptr<backend::Instance>> instances;
  for (std::uint32_t i = 0; i < options.instances; ++i) {
    auto instance = load_instance(*backend, options, token, remark);
    if (!instance) return tl::unexpected(std::move(instance.error()));
    instances.push_back(std::move(*instance));
  }
  base::Result<Profile> profile;
  if (remark.empty()) profile = measure_instance(*instances.front(), options, clock, token);
  if (!profile) return tl::unexpected(std::move(profile.error()));
  return std::make_unique<Model>(options, std::move(instances), std::move(*profile),
                                 std::move(backend), std::move(remark));
}

base::Result<std::unique_ptr<Model>> load(const backend::ModelOptions& options,
                                          const base::Clock& clock, backend::CancelToken* cancel) {
  auto backend = backend::make_backend(options.backend);
  if (!backend) {
    return tl::unexpected(
        base::with_context(fmt::format("model '{}'", options.name), std::move(backend.error())));
  }
  return load(std::move(*backend), options, clock, cancel);
}

}  // namespace sluice::model
