#include "schedule/validate.hpp"

#include <set>

#include "schedule/state.hpp"

namespace sluice::schedule {
namespace {

using base::ErrorCode;
using base::fail;

base::Status check_model(const SchedulerOptions& all, std::size_t index) {
  const ModelOptions& m = all.models[index];
  const std::string where = fmt::format("models[{}]", index);
  if (m.name.empty()) {
    return fail(ErrorCode::invalid, "{}.name: must not be empty", where);
  }
  if (m.max_batch < 1 || m.max_batch > 4096) {
    return fail(ErrorCode::invalid, "{}.max_batch: {} is not between 1 and 4096", where,
                m.max_batch);
  }
  if (m.instances < 1) {
    return fail(ErrorCode::invalid, "{}.instances: must be at least 1", where);
  }
  for (const SlotId slot : m.slots) {
    if (slot >= all.slots) {
      return fail(ErrorCode::invalid, "{}.slots: slot {} does not exist; slots are 0 to {}", where,
                  slot, all.slots - 1);
    }
  }
  if (m.profile_base.count() < 0 || m.profile_per_item.count() < 0) {
    return fail(ErrorCode::invalid, "{}.profile: times must not be negative", where);
  }
  return {};
}

base::Status check_task(const SchedulerOptions& all, std::size_t index) {
  const TaskOptions& t = all.tasks[index];
  const std::string where = fmt::format("tasks[{}]", index);
  if (t.name.empty()) {
    return fail(ErrorCode::invalid, "{}.name: must not be empty", where);
  }
  if (t.model >= all.models.size()) {
    return fail(ErrorCode::invalid, "{}.model: there is no model {}", where, t.model);
  }
  if (t.latency_budget.count() <= 0) {
    return fail(ErrorCode::invalid, "{}.latency_budget: must be positive", where);
  }
  if (t.queue_capacity < 1) {
    return fail(ErrorCode::invalid, "{}.queue.capacity: must be at least 1", where);
  }
  if (!(t.weight > 0)) {
    return fail(ErrorCode::invalid, "{}.weight: must be positive", where);
  }
  if (!(t.min_share >= 0 && t.min_share <= 1)) {
    return fail(ErrorCode::invalid, "{}.min_share: {} is not between 0 and 1", where, t.min_share);
  }
  if (t.on_shed == OnShed::defer && t.defer_by.count() <= 0) {
    return fail(ErrorCode::invalid, "{}.defer_by: must be positive", where);
  }
  if (t.on_shed == OnShed::degrade && (t.degrade_to >= all.tasks.size() || t.degrade_to == index)) {
    return fail(ErrorCode::invalid, "{}.degrade_to: must name another task", where);
  }
  if (t.period.count() < 0) {
    return fail(ErrorCode::invalid, "{}.period: must not be negative", where);
  }
  return {};
}

template <class Items>
base::Status check_unique(const Items& items, const char* kind) {
  std::set<std::string> seen;
  for (const auto& item : items) {
    if (!seen.insert(item.name).second) {
      return fail(ErrorCode::invalid, "{}: the name '{}' is used twice", kind, item.name);
    }
  }
  return {};
}

}  // namespace

base::Status validate(const SchedulerOptions& options) {
  if (options.slots < 1 || options.slots > kMaxSlots) {
    return fail(ErrorCode::invalid, "scheduler.slots: {} is not between 1 and {}", options.slots,
                kMaxSlots);
  }
  if (options.models.empty()) {
    return fail(ErrorCode::invalid, "models: at least one is needed");
  }
  if (options.tasks.empty()) {
    return fail(ErrorCode::invalid, "tasks: at least one is needed");
  }
  for (std::size_t i = 0; i < options.models.size(); ++i) {
    if (auto ok = check_model(options, i); !ok) {
      return ok;
    }
  }
  for (std::size_t i = 0; i < options.tasks.size(); ++i) {
    if (auto ok = check_task(options, i); !ok) {
      return ok;
    }
  }
  if (auto ok = check_unique(options.models, "models"); !ok) {
    return ok;
  }
  if (auto ok = check_unique(options.tasks, "tasks"); !ok) {
    return ok;
  }
  if (options.interval.count() <= 0) {
    return fail(ErrorCode::invalid, "scheduler.interval: must be positive");
  }
  if (!(options.estimate_quantile > 0 && options.estimate_quantile < 1)) {
    return fail(ErrorCode::invalid, "scheduler.estimator.quantile: {} is not between 0 and 1",
                options.estimate_quantile);
  }
  if (options.estimate_window < 1 || options.estimate_window > 65536) {
    return fail(ErrorCode::invalid, "scheduler.estimator.window: {} is not between 1 and 65536",
                options.estimate_window);
  }
  if (options.batch_delay.count() < 0 || options.shed_engage.count() < 0 ||
      options.shed_release.count() < 0) {
    return fail(ErrorCode::invalid, "scheduler: times must not be negative");
  }
  return {};
}

}  // namespace sluice::schedule
