// Short ways to write plans, objects and items, and a hand that drives an Execution.
#pragma once

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "graph/execution.hpp"

namespace sluice::graph::helpers {

using namespace std::chrono_literals;  // NOLINT: test code
using base::Time;
using vision::Box;
using vision::Object;

/// On the full image.
inline StepOptions step(std::string name, std::vector<std::string> parents = {}) {
  StepOptions options;
  options.name = std::move(name);
  options.depends_on = std::move(parents);
  return options;
}

/// On crops of its parents' objects.
inline StepOptions crops(std::string name, std::vector<std::string> parents,
                         CropOptions crop = {}) {
  StepOptions options = step(std::move(name), std::move(parents));
  options.crop = std::move(crop);
  return options;
}

inline std::shared_ptr<const Plan> plan(const std::vector<StepOptions>& steps) {
  auto made = Plan::create(steps);
  if (!made) throw std::runtime_error(made.error().message);
  return std::make_shared<const Plan>(std::move(*made));
}

inline Object found(std::string label, float score = 1, std::optional<Box> box = {}) {
  Object object;
  object.label = std::move(label);
  object.score = score;
  object.box = box;
  return object;
}

inline Item item(int width = 640, int height = 480) {
  Item result;
  result.image = {width, height};
  return result;
}

/// Of the objects that a step found.
inline std::vector<std::string> ids_of(const StepResult& result) {
  std::vector<std::string> ids;
  for (const Object& object : result.objects) ids.push_back(object.id);
  return ids;
}

inline std::vector<std::string> parents_of(const StepResult& result) {
  std::vector<std::string> ids;
  for (const Object& object : result.objects) ids.push_back(object.parent);
  return ids;
}

/// An execution whose inferences a test answers by the names of their steps. Time stands at 100 s
/// unless moved.
class Drive {
 public:
  explicit Drive(const std::vector<StepOptions>& steps, Item what = item()) : plan_(plan(steps)) {
    auto made = Execution::create(plan_, std::move(what));
    if (!made) throw std::runtime_error(made.error().message);
    execution_ = std::make_unique<Execution>(std::move(*made));
    take(execution_->start(now));
  }

  /// Names of the steps of what was asked for by the last call, in order.
  [[nodiscard]] std::vector<std::string> asked() const { return names(asked_); }
  /// The same of everything unanswered.
  [[nodiscard]] std::vector<std::string> open() const { return names(open_); }

  /// Answers the step's first open inference, or the one in place `which`. Returns what it was.
  Inference answer(const std::string& name, base::Result<std::vector<Object>> objects,
                   InferenceTiming timing = {}, std::size_t which = 0) {
    auto at = open_.begin();
    for (;; ++at) {
      if (at == open_.end()) throw std::runtime_error("nothing of " + name + " is open");
      if (name_of(*at) == name && which-- == 0) break;
    }
    Inference inference = *at;
    open_.erase(at);
    take(execution_->finished(inference.id, std::move(objects), timing, now));
    return inference;
  }
  Inference fail(const std::string& name, const std::string& why) {
    return answer(name, base::fail(base::ErrorCode::internal, "{}", why));
  }

  /// The step's first open inference.
  [[nodiscard]] const Inference& first(const std::string& name) const {
    for (const Inference& inference : open_) {
      if (name_of(inference) == name) return inference;
    }
    throw std::runtime_error("nothing of " + name + " is open");
  }
  [[nodiscard]] const StepResult& result(const std::string& name) const {
    for (std::size_t i = 0; i < plan_->steps().size(); ++i) {
      if (plan_->steps()[i].options.name == name) return execution_->steps()[i];
    }
    throw std::runtime_error("there is no step " + name);
  }
  [[nodiscard]] bool ended() const { return execution_->ended(); }

  Time now{100s};

 private:
  [[nodiscard]] const std::string& name_of(const Inference& inference) const {
    return plan_->steps()[inference.step].options.name;
  }
  [[nodiscard]] std::vector<std::string> names(const std::vector<Inference>& inferences) const {
    std::vector<std::string> result;
    for (const Inference& inference : inferences) result.push_back(name_of(inference));
    return result;
  }
  void take(std::vector<Inference> next) {
    asked_ = next;
    open_.insert(open_.end(), next.begin(), next.end());
  }

  std::shared_ptr<const Plan> plan_;
  std::unique_ptr<Execution> execution_;
  std::vector<Inference> asked_;
  std::vector<Inference> open_;
};

}  // namespace sluice::graph::helpers
