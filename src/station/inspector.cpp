#include "station/inspector.hpp"

#include <algorithm>
#include <future>
#include <utility>

namespace sluice::station {
namespace {

/// Weight of the newest item in what a step typically takes.
constexpr int kMemory = 8;
/// Longest prediction that a graph takes.
constexpr base::Duration kLongest = std::chrono::hours(24);

}  // namespace

std::optional<schedule::DropReason> Findings::dropped() const {
  for (const auto& step : steps) {
    if (step.dropped) return step.dropped->reason;
  }
  return std::nullopt;
}

std::vector<vision::Object> Findings::objects() const {
  std::vector<vision::Object> all;
  for (const auto& step : steps) all.insert(all.end(), step.objects.begin(), step.objects.end());
  return all;
}

Inspector::Inspector(InspectionPlan plan, runtime::Engine& engine, const base::Clock& clock,
                     graph::Executor executor)
    : plan_(std::move(plan)), clock_(clock) {
  if (plan_.graph != nullptr) runner_.emplace(plan_.graph, engine, clock, std::move(executor));
}

base::Result<Findings> Inspector::inspect(camera::Sample sample,
                                          std::optional<base::Time> deadline) {
  Findings findings;
  findings.begun = findings.ended = clock_.now();
  if (!runner_) return findings;
  // Shared: the thread that sets it is not done with it when this one goes on.
  auto ended = std::make_shared<std::promise<std::vector<graph::StepResult>>>();
  auto image = std::make_shared<const SampleImage>(std::move(sample), plan_.models);
  auto begun = runner_->run(
      std::move(image), deadline, deadline ? predicted() : std::vector<base::Duration>{},
      [ended](std::vector<graph::StepResult> steps) { ended->set_value(std::move(steps)); });
  if (!begun) return tl::unexpected(begun.error());
  findings.steps = ended->get_future().get();
  findings.ended = clock_.now();
  learn(findings.steps);
  return findings;
}

std::vector<base::Duration> Inspector::predicted() const {
  const std::scoped_lock lock(mutex_);
  return typical_;
}

void Inspector::learn(const std::vector<graph::StepResult>& steps) {
  const std::scoped_lock lock(mutex_);
  typical_.resize(steps.size(), base::Duration{0});
  for (std::size_t i = 0; i < steps.size(); ++i) {
    base::Duration& typical = typical_[i];
    const auto took = std::min(steps[i].ended - steps[i].ready, kLongest);
    switch (steps[i].state) {
      case graph::StepState::done:
        typical = typical.count() == 0 ? took : typical + (took - typical) / kMemory;
        break;
      // Forgotten bit by bit: a prediction that leaves the steps before it no time would otherwise
      // be the reason that it is never measured again.
      case graph::StepState::failed:
        typical -= typical / kMemory;
        break;
      case graph::StepState::waiting:
      case graph::StepState::running:
      case graph::StepState::skipped:
        break;
    }
  }
}

std::optional<rules::CameraVerdict> judge(rules::CameraJudge& judge, const InspectionPlan& plan,
                                          const Findings& findings, base::Time captured,
                                          std::chrono::sys_days today) {
  if (plan.rules.rules.empty()) return std::nullopt;
  std::vector<rules::FailedStep> failed;
  for (std::size_t i = 0; i < findings.steps.size(); ++i) {
    if (findings.steps[i].state != graph::StepState::failed) continue;
    failed.push_back({plan.graph->steps()[i].options.name, findings.steps[i].reason});
  }
  const auto objects = findings.objects();
  return judge.judge({.objects = objects, .failed = failed, .time = captured, .today = today});
}

}  // namespace sluice::station
