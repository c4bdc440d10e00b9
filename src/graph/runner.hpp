// Runs items through a plan on an engine.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "backend/backend.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "graph/execution.hpp"
#include "runtime/engine.hpp"

namespace sluice::graph {

/// A region of an image, made ready for a step's model.
struct Prepared {
  backend::Tensors inputs;
  /// Reads the model's outputs: what was found, boxes in pixels of the region. Error: outputs that
  /// are not what the step expects.
  std::function<base::Result<std::vector<vision::Object>>(const backend::Tensors& outputs)> read;
};

/// An item's image as the models of the plan's steps take it: what crops, resizes and normalises,
/// and what reads the outputs. Called from several threads at once; must not throw.
class ItemImage {
 public:
  virtual ~ItemImage() = default;
  [[nodiscard]] virtual ImageSize size() const = 0;
  /// `step` is an index in Plan::steps(), the edges of `region` are whole pixels on the image.
  /// Error: this region cannot be made an input of the step's model.
  [[nodiscard]] virtual base::Result<Prepared> prepare(std::size_t step,
                                                       const vision::Box& region) const = 0;
};

/// Runs a piece of work once, on whatever thread, at once or later. Thread-safe. Items prepare
/// their inputs and read their outputs there, a millisecond or so each: on a thread of an engine's
/// slot, that would keep the slot from its next batch.
using Executor = std::function<void(std::function<void()>)>;

/// Drives an Execution for each item: prepares and submits its inferences, those that become ready
/// at the same time together (Engine::submit_together), and tells it the answers. An inference
/// that was dropped, failed or refused is a failed one; a late answer is an answer. Thread-safe;
/// items run side by side.
class Runner {
 public:
  /// Gets every step's result, in the order of the plan.
  using Done = std::function<void(std::vector<StepResult>)>;

  /// Engine and clock (the engine's) must outlive the last item's end, the runner need not.
  Runner(std::shared_ptr<const Plan> plan, runtime::Engine& engine, const base::Clock& clock,
         Executor executor);

  /// Begins an item; the rest happens on the executor, where `done` is called exactly once. It
  /// ends when every inference is answered, which the engine sees to. `deadline` and `predicted` as
  /// in Item. Errors (`done` is not called): as Execution::create().
  base::Status run(std::shared_ptr<const ItemImage> image, std::optional<base::Time> deadline,
                   std::vector<base::Duration> predicted, Done done);

 private:
  std::shared_ptr<const Plan> plan_;
  runtime::Engine& engine_;
  const base::Clock& clock_;
  Executor executor_;
};

}  // namespace sluice::graph
