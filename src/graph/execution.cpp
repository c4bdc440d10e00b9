#include "graph/execution.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/text.hpp"
#include "graph/condition.hpp"
#include "graph/deadlines.hpp"

namespace sluice::graph {
namespace {

using base::ErrorCode;
using base::fail;
using vision::Object;

bool has_ended(StepState state) {
  return state != StepState::waiting && state != StepState::running;
}

/// Why there are no crops, though the parents found `objects` objects.
std::string why_no_crops(std::size_t objects, const Crops& crops, const CropOptions& options) {
  if (objects == 0) return "there is nothing to crop: its parents found no objects";
  std::vector<std::string> reasons;
  if (crops.other_class > 0) {
    reasons.push_back(fmt::format("{} of other classes", crops.other_class));
  }
  if (crops.too_small > 0) {
    reasons.push_back(fmt::format("{} smaller than {} px", crops.too_small, options.min_size));
  }
  return fmt::format("there is nothing to crop: of {} objects, {}", objects,
                     base::join(reasons, " and "));
}

}  // namespace

const char* to_string(StepState state) {
  switch (state) {
    case StepState::waiting:
      return "waiting";
    case StepState::running:
      return "running";
    case StepState::done:
      return "done";
    case StepState::skipped:
      return "skipped";
    case StepState::failed:
      return "failed";
  }
  return "unknown";
}

base::Result<Execution> Execution::create(std::shared_ptr<const Plan> plan, Item item) {
  if (item.image.width < 1 || item.image.height < 1) {
    return fail(ErrorCode::invalid, "the item's image has no pixels: it is {} x {}",
                item.image.width, item.image.height);
  }
  const std::size_t steps = plan->steps().size();
  if (!item.predicted.empty() && item.predicted.size() != steps) {
    return fail(ErrorCode::invalid, "{} predicted times for {} steps; give one for each, or none",
                item.predicted.size(), steps);
  }
  for (const base::Duration time : item.predicted) {
    if (time < base::Duration(0) || time > std::chrono::hours(24)) {
      return fail(ErrorCode::invalid, "a predicted time of {} ms is not between zero and one day",
                  base::to_ms(time));
    }
  }
  return Execution(std::move(plan), std::move(item));
}

Execution::Execution(std::shared_ptr<const Plan> plan, Item item)
    : plan_(std::move(plan)),
      image_(item.image),
      results_(plan_->steps().size()),
      progress_(plan_->steps().size()),
      unended_(plan_->steps().size()) {
  if (!item.deadline) return;
  item.predicted.resize(plan_->steps().size());
  deadlines_ = step_deadlines(*plan_, item.predicted, *item.deadline);
}

std::vector<Inference> Execution::start(base::Time now) {
  std::vector<Inference> next;
  begin_ready(now, next);
  return next;
}

std::vector<Inference> Execution::finished(std::size_t inference,
                                           base::Result<std::vector<Object>> found,
                                           const InferenceTiming& timing, base::Time now) {
  assert(inference < looks_.size());
  Look& look = looks_[inference];
  StepResult& result = results_[look.step];
  Progress& progress = progress_[look.step];
  assert(progress.unanswered > 0);
  result.queued = std::max(result.queued, timing.queued);
  result.compute = std::max(result.compute, timing.compute);
  if (!result.dropped) result.dropped = timing.dropped;
  base::Status status;
  if (found) {
    status = to_image(*found, look.region);
  } else {
    status = tl::unexpected(std::move(found.error()));
  }
  if (status) {
    look.found = std::move(*found);
  } else {
    look.error = std::move(status.error().message);
  }
  std::vector<Inference> next;
  if (--progress.unanswered == 0) {
    conclude(look.step, now);
    begin_ready(now, next);
  }
  return next;
}

/// One pass is enough: a step that is skipped or fails at once comes before its children.
void Execution::begin_ready(base::Time now, std::vector<Inference>& next) {
  for (std::size_t step = 0; step < results_.size(); ++step) {
    if (results_[step].state == StepState::waiting && parents_ended(step)) begin(step, now, next);
  }
}

void Execution::begin(std::size_t step, base::Time now, std::vector<Inference>& next) {
  StepResult& result = results_[step];
  result.ready = now;
  for (const std::size_t parent : plan_->steps()[step].parents) {
    if (results_[parent].state == StepState::failed) {
      return fail_after(step, parent, now);
    }
  }
  if (std::string reason = why_skip(step); !reason.empty()) {
    return end(step, StepState::skipped, std::move(reason), now);
  }
  const auto& options = plan_->steps()[step].options.crop;
  std::vector<Crop> crops;
  if (options) {
    const std::vector<Object> objects = parents_objects(step);
    Crops made = make_crops(objects, *options, image_);
    result.passed_over = made.passed_over();
    if (made.crops.empty()) {
      return end(step, StepState::skipped, why_no_crops(objects.size(), made, *options), now);
    }
    crops = std::move(made.crops);
  } else {
    crops.push_back({image_.box(), {}});
  }
  submit(step, std::move(crops), now, next);
}

void Execution::submit(std::size_t step, std::vector<Crop> crops, base::Time now,
                       std::vector<Inference>& next) {
  results_[step].state = StepState::running;
  results_[step].inferences = crops.size();
  progress_[step].first = looks_.size();
  progress_[step].unanswered = crops.size();
  for (Crop& crop : crops) {
    Inference inference;
    inference.id = looks_.size();
    inference.step = step;
    inference.region = crop.region;
    inference.parent = crop.parent;
    inference.ready = now;
    if (!deadlines_.empty()) inference.deadline = deadlines_[step];
    next.push_back(std::move(inference));
    looks_.push_back({step, crop.region, std::move(crop.parent), {}, {}});
  }
}

bool Execution::parents_ended(std::size_t step) const {
  return std::ranges::all_of(plan_->steps()[step].parents, [this](std::size_t parent) {
    return has_ended(results_[parent].state);
  });
}

/// Every step behind the one that failed names that one, however far behind.
void Execution::fail_after(std::size_t step, std::size_t parent, base::Time now) {
  const std::size_t culprit = progress_[parent].culprit.value_or(parent);
  progress_[step].culprit = culprit;
  end(step, StepState::failed,
      fmt::format("step '{}' failed: {}", plan_->steps()[culprit].options.name,
                  results_[culprit].reason),
      now);
}

/// Empty: it is not skipped on its parents' account.
std::string Execution::why_skip(std::size_t step) const {
  const Step& planned = plan_->steps()[step];
  std::vector<std::string> skipped;
  for (const std::size_t parent : planned.parents) {
    if (results_[parent].state == StepState::skipped) {
      skipped.push_back(fmt::format("'{}'", plan_->steps()[parent].options.name));
    }
  }
  if (!skipped.empty() && skipped.size() == planned.parents.size()) {
    return fmt::format("{} {} skipped", base::join(skipped, " and "),
                       skipped.size() == 1 ? "was" : "were");
  }
  for (const Condition& condition : planned.options.conditions) {
    const auto parent = std::ranges::find(planned.parents, condition.step, [this](std::size_t i) {
      return plan_->steps()[i].options.name;
    });
    if (auto reason = unmet(condition, results_[*parent].objects)) return *std::move(reason);
  }
  return {};
}

std::vector<Object> Execution::parents_objects(std::size_t step) const {
  std::vector<Object> objects;
  for (const std::size_t parent : plan_->steps()[step].parents) {
    const std::vector<Object>& found = results_[parent].objects;
    objects.insert(objects.end(), found.begin(), found.end());
  }
  return objects;
}

void Execution::conclude(std::size_t step, base::Time now) {
  const std::string& name = plan_->steps()[step].options.name;
  StepResult& result = results_[step];
  std::size_t failed = 0;
  const std::string* first_error = nullptr;
  for (std::size_t i = 0; i < result.inferences; ++i) {
    Look& look = looks_[progress_[step].first + i];
    if (look.error && failed++ == 0) first_error = &*look.error;
    for (Object& object : look.found) {
      object.step = name;
      object.id = fmt::format("{}-{}", name, result.objects.size() + 1);
      object.parent = look.parent;
      if (!object.box && !look.parent.empty()) object.box = look.region;
      result.objects.push_back(std::move(object));
    }
  }
  if (failed == 0) {
    end(step, StepState::done, {}, now);
  } else if (result.inferences == 1) {
    end(step, StepState::failed, *first_error, now);
  } else {
    end(step, StepState::failed,
        fmt::format("{} of {} inferences failed, the first: {}", failed, result.inferences,
                    *first_error),
        now);
  }
}

void Execution::end(std::size_t step, StepState state, std::string reason, base::Time now) {
  results_[step].state = state;
  results_[step].reason = std::move(reason);
  results_[step].ended = now;
  --unended_;
}

}  // namespace sluice::graph
