#include "rules/camera.hpp"

#include <set>
#include <string>
#include <utility>

#include "base/text.hpp"

namespace sluice::rules {
namespace {

Verdict merge(const Combined& combined) {
  Verdict verdict{combined.decision, {}, {}, {}};
  std::vector<std::string> names;
  std::vector<std::string> reasons;
  std::set<std::string> seen;
  for (const Vote& vote : combined.behind) {
    names.push_back(vote.name);
    reasons.push_back(vote.verdict.reason);
    for (const std::string& id : vote.verdict.objects) {
      if (seen.insert(id).second) verdict.objects.push_back(id);
    }
  }
  verdict.rule = base::join(names);
  verdict.reason = base::join(reasons, "; ");
  return verdict;
}

}  // namespace

base::Status check(const CameraOptions& options, std::span<const StepLabels> steps) {
  using base::ErrorCode;
  if (options.rules.empty()) {
    return base::fail(ErrorCode::invalid, "rules is empty; give at least one rule");
  }
  std::set<std::string> names;
  for (const CameraRule& rule : options.rules) {
    if (!names.insert(name(rule)).second) {
      return base::fail(ErrorCode::invalid, "two rules are named '{}'; give each its own name",
                        name(rule));
    }
    if (auto ok = check(rule, steps); !ok) return ok;
  }
  return {};
}

CameraJudge::CameraJudge(CameraOptions options)
    : options_(std::move(options)), lines_(options_.rules.size()) {}

CameraVerdict CameraJudge::judge(const Frame& frame) {
  CameraVerdict result;
  std::vector<Vote> votes;
  for (std::size_t i = 0; i < options_.rules.size(); ++i) {
    result.rules.push_back(evaluate(options_.rules[i], frame, lines_[i]));
    votes.push_back({result.rules.back().rule, result.rules.back()});
  }
  auto combined = apply(options_.no_decision, votes);
  if (!combined) {
    combined = options_.combine == Combination::all ? all_of(votes, Decision::ok)
                                                    : any_of(votes, Decision::ok);
  }
  result.verdict = merge(*combined);
  return result;
}

}  // namespace sluice::rules
