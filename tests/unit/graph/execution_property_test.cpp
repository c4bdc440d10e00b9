// Random graphs on random findings, against a reference that knows nothing of order or time.
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "graph/execution.hpp"
#include "unit/graph/graph_helpers.hpp"

namespace sluice::graph {
namespace {

using namespace helpers;
using Answer = base::Result<std::vector<Object>>;

constexpr ImageSize kAnyImage{200, 150};

/// A random acyclic graph, its steps given in random order.
std::vector<StepOptions> any_steps(std::mt19937& random) {
  const auto draw = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  std::vector<StepOptions> steps;
  const int count = 1 + draw(8);
  for (int i = 0; i < count; ++i) {
    StepOptions options = step("s" + std::to_string(i));
    for (int parent = 0; parent < i; ++parent) {
      if (draw(3) == 0) options.depends_on.push_back("s" + std::to_string(parent));
    }
    if (!options.depends_on.empty()) {
      if (draw(4) != 0) {
        CropOptions crop;
        crop.padding = draw(2) == 0 ? 0.0F : 0.2F;
        crop.min_size = draw(2) == 0 ? 1 : 20;
        if (draw(2) == 0) crop.classes = {"a"};
        options.crop = crop;
      }
      if (draw(4) == 0) options.conditions = {{options.depends_on.front(), "a", 0.3F, 1}};
    }
    steps.push_back(std::move(options));
  }
  std::shuffle(steps.begin(), steps.end(), random);
  return steps;
}

/// What a step finds on a region: random, but the same whenever it is asked.
Answer any_answer(unsigned seed, const std::string& name, const std::string& parent,
                  const Box& region) {
  std::mt19937 random(seed ^ static_cast<unsigned>(std::hash<std::string>{}(name + "/" + parent)));
  const auto uniform = [&](float from, float to) {
    return std::uniform_real_distribution<float>(from, to)(random);
  };
  if (random() % 12 == 0) return base::fail(base::ErrorCode::internal, "no luck");
  std::vector<Object> objects;
  for (auto count = random() % 4; count > 0; --count) {
    Object object = found(random() % 2 == 0 ? "a" : "b", uniform(0, 1));
    if (random() % 4 != 0) {
      const float width = region.x1 - region.x0;
      const float height = region.y1 - region.y0;
      // Some reach beyond the region, as real ones do.
      const float x0 = uniform(-5, width);
      const float y0 = uniform(-5, height);
      object.box = Box{x0, y0, x0 + uniform(0, width), y0 + uniform(0, height)};
    }
    objects.push_back(object);
  }
  return objects;
}

/// How a step must end, found by asking for its parents first. Steps are named, not ordered.
class NaiveGraph {
 public:
  NaiveGraph(const std::vector<StepOptions>& steps, unsigned seed) : seed_(seed) {
    for (const StepOptions& options : steps) options_.emplace(options.name, options);
  }

  struct Expected {
    StepState state = StepState::done;
    std::vector<Object> objects;
  };

  const Expected& of(const std::string& name) {
    if (const auto known = known_.find(name); known != known_.end()) return known->second;
    return known_.emplace(name, evaluate(options_.at(name))).first->second;
  }

 private:
  Expected evaluate(const StepOptions& options) {
    std::vector<Object> objects;
    std::size_t skipped = 0;
    for (const std::string& parent : options.depends_on) {
      if (of(parent).state == StepState::failed) return {StepState::failed, {}};
      if (of(parent).state == StepState::skipped) ++skipped;
      objects.insert(objects.end(), of(parent).objects.begin(), of(parent).objects.end());
    }
    if (skipped > 0 && skipped == options.depends_on.size()) return {StepState::skipped, {}};
    for (const Condition& condition : options.conditions) {
      std::uint32_t count = 0;
      for (const Object& object : of(condition.step).objects) {
        if (object.label == condition.label && object.score >= condition.min_score) ++count;
      }
      if (count < condition.min_count) return {StepState::skipped, {}};
    }
    std::vector<Crop> looks{{kAnyImage.box(), ""}};
    if (options.crop) looks = make_crops(objects, *options.crop, kAnyImage).crops;
    if (looks.empty()) return {StepState::skipped, {}};
    Expected expected;
    for (const Crop& look : looks) add(options.name, look, expected);
    return expected;
  }

  void add(const std::string& name, const Crop& look, Expected& expected) const {
    auto answer = any_answer(seed_, name, look.parent, look.region);
    if (!answer) {
      expected.state = StepState::failed;
      return;
    }
    if (!to_image(*answer, look.region)) throw std::logic_error("the test made a bad box");
    for (Object object : *answer) {
      object.id = name + "-" + std::to_string(expected.objects.size() + 1);
      object.parent = look.parent;
      object.step = name;
      if (!object.box && !look.parent.empty()) object.box = look.region;
      expected.objects.push_back(object);
    }
  }

  unsigned seed_;
  std::map<std::string, StepOptions> options_;
  std::map<std::string, Expected> known_;
};

bool step_ended(const StepResult& result) {
  return result.state != StepState::waiting && result.state != StepState::running;
}

/// No step waits whose parents have ended, and none has begun before they had.
void check_nothing_waits_in_vain(const Plan& graph, const Execution& execution) {
  for (std::size_t i = 0; i < graph.steps().size(); ++i) {
    bool ready = true;
    for (const std::size_t parent : graph.steps()[i].parents) {
      ready = ready && step_ended(execution.steps()[parent]);
    }
    RC_ASSERT(ready == (execution.steps()[i].state != StepState::waiting));
  }
}

/// Answers in random order until the item has ended.
Execution run_through(const std::shared_ptr<const Plan>& graph, unsigned seed,
                      std::mt19937& random) {
  Item what;
  what.image = kAnyImage;
  auto made = Execution::create(graph, what);
  RC_ASSERT(made.has_value());
  Execution execution = std::move(*made);
  std::set<std::size_t> asked;  // a step asks for its inferences once
  std::vector<Inference> open;
  const auto take = [&](const std::vector<Inference>& next) {
    std::set<std::size_t> now;
    for (const Inference& inference : next) {
      RC_ASSERT(asked.count(inference.step) == 0u);
      now.insert(inference.step);
      open.push_back(inference);
    }
    asked.insert(now.begin(), now.end());
    check_nothing_waits_in_vain(*graph, execution);
  };
  take(execution.start(Time{}));
  while (!open.empty()) {
    RC_ASSERT(!execution.ended());
    const auto which = static_cast<std::ptrdiff_t>(random() % open.size());
    const Inference inference = open[static_cast<std::size_t>(which)];
    open.erase(open.begin() + which);
    const std::string& name = graph->steps()[inference.step].options.name;
    take(execution.finished(
        inference.id, any_answer(seed, name, inference.parent, inference.region), {}, Time{}));
  }
  RC_ASSERT(execution.ended());
  return execution;
}

bool inside(const Box& inner, const Box& outer) {
  return inner.x0 >= outer.x0 && inner.y0 >= outer.y0 && inner.x1 <= outer.x1 &&
         inner.y1 <= outer.y1 && inner.x0 <= inner.x1 && inner.y0 <= inner.y1;
}

/// Ids are unique; every parent is an object of a parent step, and so the chain ends at the image;
/// and every object lies on the crop of its parent.
void check_lineage(const Plan& graph, const Execution& execution) {
  std::map<std::string, Object> objects;
  for (std::size_t i = 0; i < graph.steps().size(); ++i) {
    const StepOptions& options = graph.steps()[i].options;
    for (const Object& object : execution.steps()[i].objects) {
      Box outer = kAnyImage.box();
      if (options.crop) {
        const auto parent = objects.find(object.parent);
        RC_ASSERT(parent != objects.end());
        RC_ASSERT(std::ranges::count(options.depends_on, parent->second.step) == 1);
        outer = crop_region(parent->second.box.value_or(outer), *options.crop, kAnyImage).value();
        RC_ASSERT(object.box.has_value());
      } else {
        RC_ASSERT(object.parent.empty());
      }
      if (object.box) RC_ASSERT(inside(*object.box, outer));
      RC_ASSERT(objects.emplace(object.id, object).second);
    }
  }
}

bool same(const Object& a, const Object& b) {
  return std::tie(a.id, a.parent, a.step, a.label, a.score, a.box) ==
         std::tie(b.id, b.parent, b.step, b.label, b.score, b.box);
}

RC_GTEST_PROP(AnyGraph, EndsAsTheNaiveReferenceDoesWhateverTheOrderOfAnswers, (unsigned seed)) {
  // Several at a time: runs are short, and the rare combinations are where the trouble is.
  for (int i = 0; i < 20; ++i) {
    std::mt19937 random(seed++);
    const auto steps = any_steps(random);
    const auto graph = plan(steps);
    const Execution execution = run_through(graph, seed, random);
    check_lineage(*graph, execution);
    NaiveGraph reference(steps, seed);
    for (std::size_t s = 0; s < graph->steps().size(); ++s) {
      const StepResult& result = execution.steps()[s];
      const auto& expected = reference.of(graph->steps()[s].options.name);
      RC_ASSERT(result.state == expected.state);
      RC_ASSERT(std::ranges::equal(result.objects, expected.objects, same));
      RC_ASSERT(result.reason.empty() == (result.state == StepState::done));
    }
  }
}

}  // namespace
}  // namespace sluice::graph
