// What one camera of a station does with a sample: the model graph, then the rules.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "camera/sample.hpp"
#include "graph/plan.hpp"
#include "graph/runner.hpp"
#include "rules/camera.hpp"
#include "runtime/engine.hpp"
#include "station/step_model.hpp"

namespace sluice::station {

/// One camera's graph and rules, checked against the models.
struct InspectionPlan {
  std::shared_ptr<const graph::Plan> graph;  ///< null: images are kept, and nothing is inferred
  std::shared_ptr<const StepModels> models;
  rules::CameraOptions rules;  ///< may have no rules: then there is no verdict
};

/// What the graph found on one sample.
struct Findings {
  std::vector<graph::StepResult> steps;  ///< in the order of the plan
  base::Time begun{};
  base::Time ended{};

  /// Of the first step that was dropped; unset: none was.
  [[nodiscard]] std::optional<schedule::DropReason> dropped() const;
  /// Of all steps.
  [[nodiscard]] std::vector<vision::Object> objects() const;
};

/// Runs samples through the graph. Thread-safe.
class Inspector {
 public:
  /// Engine and clock (the engine's) must outlive every call.
  Inspector(InspectionPlan plan, runtime::Engine& engine, const base::Clock& clock,
            graph::Executor executor);

  /// Waits until every step has ended, which the engine sees to. Without a graph: no steps. Not
  /// for threads of the executor. Error (invalid): the image has no pixels.
  base::Result<Findings> inspect(camera::Sample sample, std::optional<base::Time> deadline);

  [[nodiscard]] const InspectionPlan& plan() const { return plan_; }

 private:
  [[nodiscard]] std::vector<base::Duration> predicted() const;
  void learn(const std::vector<graph::StepResult>& steps);

  InspectionPlan plan_;
  const base::Clock& clock_;
  std::optional<graph::Runner> runner_;
  mutable std::mutex mutex_;
  /// Per step: what it took of late, queueing included; 0: not known. Empty before the first item.
  std::vector<base::Duration> typical_;
};

/// The verdict of the camera's rules; nullopt: there are none. `judge` remembers what rules over
/// several frames need.
std::optional<rules::CameraVerdict> judge(rules::CameraJudge& judge, const InspectionPlan& plan,
                                          const Findings& findings, base::Time captured,
                                          std::chrono::sys_days today);

}  // namespace sluice::station
