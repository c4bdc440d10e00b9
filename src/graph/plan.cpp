#include "graph/plan.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <queue>
#include <string>
#include <utility>

#include "base/text.hpp"

namespace sluice::graph {
namespace {

using base::ErrorCode;
using base::fail;
using Indices = std::vector<std::size_t>;

base::Status check_crop(const StepOptions& step) {
  const CropOptions& crop = *step.crop;
  if (step.depends_on.empty()) {
    return fail(ErrorCode::invalid,
                "crop: there are no objects to crop without a parent; name one in depends_on, or "
                "leave crop out");
  }
  if (!(crop.padding >= 0 && crop.padding <= 10)) {
    return fail(ErrorCode::invalid, "crop.padding: {} is not between 0 and 10", crop.padding);
  }
  if (crop.min_size < 1) {
    return fail(ErrorCode::invalid, "crop.min_size: {} is less than 1 pixel", crop.min_size);
  }
  return {};
}

base::Status check_condition(const StepOptions& step, const Condition& condition) {
  if (std::ranges::find(step.depends_on, condition.step) == step.depends_on.end()) {
    return fail(ErrorCode::invalid,
                "condition on '{}', which is no parent of this step; add it to depends_on, or "
                "name one that is there",
                condition.step);
  }
  if (!std::isfinite(condition.min_score)) {
    return fail(ErrorCode::invalid, "condition on '{}': min_score must be a number",
                condition.step);
  }
  if (condition.min_count < 1) {
    return fail(ErrorCode::invalid, "condition on '{}': min_count must be at least 1",
                condition.step);
  }
  return {};
}

base::Status check_values(const StepOptions& step) {
  if (step.crop) {
    if (auto ok = check_crop(step); !ok) return ok;
  }
  for (const Condition& condition : step.conditions) {
    if (auto ok = check_condition(step, condition); !ok) return ok;
  }
  return {};
}

std::string place(const std::vector<StepOptions>& steps, std::size_t index) {
  return fmt::format("steps[{}] '{}'", index, steps[index].name);
}

/// The parents of each step, by index in `steps`.
base::Result<std::vector<Indices>> resolve(const std::vector<StepOptions>& steps) {
  std::map<std::string, std::size_t> index_of;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::string& name = steps[i].name;
    if (name.empty()) return fail(ErrorCode::invalid, "steps[{}].name: must not be empty", i);
    const auto [other, added] = index_of.emplace(name, i);
    if (!added) {
      return fail(ErrorCode::invalid, "steps[{}]: the name '{}' is taken by steps[{}]", i, name,
                  other->second);
    }
    names.push_back(name);
  }
  std::vector<Indices> parents(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for (const std::string& name : steps[i].depends_on) {
      const auto parent = index_of.find(name);
      if (parent == index_of.end()) {
        return fail(ErrorCode::invalid, "{}.depends_on: there is no step '{}'{}", place(steps, i),
                    name, base::suggestion(name, "steps", names));
      }
      if (std::ranges::find(parents[i], parent->second) != parents[i].end()) {
        return fail(ErrorCode::invalid, "{}.depends_on: '{}' is named twice", place(steps, i),
                    name);
      }
      parents[i].push_back(parent->second);
    }
  }
  return parents;
}

std::vector<Indices> inverted(const std::vector<Indices>& parents) {
  std::vector<Indices> children(parents.size());
  for (std::size_t i = 0; i < parents.size(); ++i) {
    for (const std::size_t parent : parents[i]) children[parent].push_back(i);
  }
  return children;
}

/// Kahn's algorithm, the smallest index first. Steps in or behind a cycle are missing.
Indices topological_order(const std::vector<Indices>& parents) {
  const std::vector<Indices> children = inverted(parents);
  std::vector<std::size_t> missing;
  std::priority_queue<std::size_t, Indices, std::greater<>> ready;
  for (std::size_t i = 0; i < parents.size(); ++i) {
    missing.push_back(parents[i].size());
    if (parents[i].empty()) ready.push(i);
  }
  Indices order;
  while (!ready.empty()) {
    const std::size_t step = ready.top();
    ready.pop();
    order.push_back(step);
    for (const std::size_t child : children[step]) {
      if (--missing[child] == 0) ready.push(child);
    }
  }
  return order;
}

/// A cycle as "a -> b -> a", from its step that was given first.
std::string describe_cycle(const std::vector<StepOptions>& steps,
                           const std::vector<Indices>& parents, const Indices& ordered) {
  std::vector<bool> stuck(steps.size(), true);
  for (const std::size_t step : ordered) stuck[step] = false;
  const auto is_stuck = [&](std::size_t step) { return stuck[step]; };
  // Whatever is stuck has a parent that is, so that the walk comes back to where it was.
  Indices walk;
  auto step = static_cast<std::size_t>(std::ranges::find(stuck, true) - stuck.begin());
  while (std::ranges::find(walk, step) == walk.end()) {
    walk.push_back(step);
    step = *std::ranges::find_if(parents[step], is_stuck);
  }
  walk.erase(walk.begin(), std::ranges::find(walk, step));
  std::rotate(walk.begin(), std::ranges::min_element(walk), walk.end());
  std::string text;
  for (const std::size_t member : walk) text += steps[member].name + " -> ";
  return text + steps[walk.front()].name;
}

}  // namespace

base::Result<Plan> Plan::create(const std::vector<StepOptions>& steps) {
  if (steps.empty()) return fail(ErrorCode::invalid, "steps: at least one is needed");
  const auto parents = resolve(steps);
  if (!parents) return tl::unexpected(parents.error());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (auto ok = check_values(steps[i]); !ok) {
      return tl::unexpected(base::with_context(place(steps, i), ok.error()));
    }
  }
  const Indices order = topological_order(*parents);
  if (order.size() < steps.size()) {
    return fail(ErrorCode::invalid,
                "steps: {} depend on each other in a circle, so none can be first; take one out "
                "of the depends_on before it",
                describe_cycle(steps, *parents, order));
  }
  Indices place_of(steps.size());
  for (std::size_t i = 0; i < order.size(); ++i) place_of[order[i]] = i;
  std::vector<Step> planned;
  for (std::size_t i = 0; i < order.size(); ++i) {
    Step step{steps[order[i]], {}, {}};
    for (const std::size_t parent : (*parents)[order[i]]) {
      step.parents.push_back(place_of[parent]);
      planned[place_of[parent]].children.push_back(i);
    }
    planned.push_back(std::move(step));
  }
  return Plan(std::move(planned));
}

}  // namespace sluice::graph
