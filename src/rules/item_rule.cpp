#include "rules/item_rule.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace sluice::rules {
namespace {

using Votes = std::vector<Vote>;

/// What a rule came to, and the numbers that it compared.
struct Outcome {
  Combined combined;
  std::string compared;
};

/// "2 of 3 cameras OK".
std::string tally_text(std::size_t count, std::size_t all, Decision decision) {
  return fmt::format("{} of {} camera{} {}", count, all, all == 1 ? "" : "s", to_string(decision));
}

Decision ok_if(bool ok) {
  return ok ? Decision::ok : Decision::ko;
}

/// Behind a count are the cameras that were counted, or where they were too few the others.
Combined counted(Decision decision, bool enough, const Votes& votes, Decision expected) {
  Combined combined{decision, {}};
  std::ranges::copy_if(votes, std::back_inserter(combined.behind), [&](const Vote& vote) {
    return (vote.verdict.decision == expected) == enough;
  });
  return combined;
}

Outcome decide(const MinThresholdKo& test, const Votes& votes) {
  const std::size_t count = with_decision(votes, Decision::ko).size();
  const bool enough = count >= static_cast<std::size_t>(test.threshold);
  return {
      counted(ok_if(!enough), enough, votes, Decision::ko),
      fmt::format("{}, KO from {}", tally_text(count, votes.size(), Decision::ko), test.threshold)};
}

Outcome decide(const MinThreshold& test, const Votes& votes) {
  const std::size_t count = with_decision(votes, test.expected).size();
  const bool enough = count >= static_cast<std::size_t>(test.threshold);
  return {counted(ok_if(enough), enough, votes, test.expected),
          fmt::format("{}, expected at least {}", tally_text(count, votes.size(), test.expected),
                      test.threshold)};
}

Outcome decide(const MinThresholdRatio& test, const Votes& votes) {
  const std::size_t count = with_decision(votes, test.expected).size();
  const bool enough =
      static_cast<double>(count) / static_cast<double>(votes.size()) >= test.threshold;
  return {counted(ok_if(enough), enough, votes, test.expected),
          fmt::format("{}, expected a share of at least {:.6g}",
                      tally_text(count, votes.size(), test.expected), test.threshold)};
}

Outcome decide(const AllCameras& test, const Votes& votes) {
  const std::size_t count = with_decision(votes, test.expected).size();
  return {all_of(votes, test.expected),
          tally_text(count, votes.size(), test.expected) + ", expected all"};
}

Outcome decide(const AnyCamera& test, const Votes& votes) {
  const std::size_t count = with_decision(votes, test.expected).size();
  return {any_of(votes, test.expected),
          tally_text(count, votes.size(), test.expected) + ", expected at least 1"};
}

Outcome decide(const Weighted& test, const Votes& votes) {
  double all = 0;
  double good = 0;
  for (const Vote& vote : votes) {
    const auto named = test.weights.find(vote.name);
    const double weight = named == test.weights.end() ? 1 : named->second;
    all += weight;
    if (vote.verdict.decision == Decision::ok) good += weight;
  }
  if (all <= 0) return {{Decision::no_decision, votes}, "no camera with a weight was left"};
  // 0.3 of 0.1 + 0.2 + 0.3 is a half, which these sums miss by their last digit.
  constexpr double kRounding = 1e-9;
  const bool enough = good / all >= test.threshold - kRounding;
  return {counted(ok_if(enough), enough, votes, Decision::ok),
          fmt::format("weight {:.6g} of {:.6g} OK, expected a share of at least {:.6g}", good, all,
                      test.threshold)};
}

Outcome decide(const PerCamera& test, const Votes& votes) {
  // Seen by whether each is as expected of it, this is `all`; reported are the votes themselves.
  Votes wrong;
  Votes open;
  for (const Vote& vote : votes) {
    if (vote.verdict.decision == Decision::no_decision) {
      open.push_back(vote);
    } else if (vote.verdict.decision != test.expected.at(vote.name)) {
      wrong.push_back(vote);
    }
  }
  const std::string compared = fmt::format("{} of {} named cameras as expected",
                                           votes.size() - wrong.size() - open.size(), votes.size());
  if (!wrong.empty()) return {{Decision::ko, std::move(wrong)}, compared};
  if (!open.empty()) return {{Decision::no_decision, std::move(open)}, compared};
  return {{Decision::ok, votes}, compared};
}

/// The cameras that have a say, those that the rule names and that are missing included.
Votes votes_of(const ItemRule& rule, std::span<const CameraDecision> cameras) {
  const auto* per_camera = std::get_if<PerCamera>(&rule.test);
  const auto* weighted = std::get_if<Weighted>(&rule.test);
  Votes votes;
  for (const CameraDecision& camera : cameras) {
    if (per_camera != nullptr && !per_camera->expected.contains(camera.camera)) continue;
    votes.push_back({camera.camera, camera.verdict});
  }
  const auto add_missing = [&votes](const std::string& camera) {
    if (std::ranges::find(votes, camera, &Vote::name) != votes.end()) return;
    votes.push_back({camera, {Decision::no_decision, {}, "no verdict", {}}});
  };
  if (per_camera != nullptr) {
    for (const auto& expected : per_camera->expected) add_missing(expected.first);
  }
  if (weighted != nullptr) {
    for (const auto& weight : weighted->weights) add_missing(weight.first);
  }
  return votes;
}

Outcome outcome_of(const ItemRule& rule, std::span<const CameraDecision> cameras) {
  Votes votes = votes_of(rule, cameras);
  const std::size_t all = votes.size();
  if (all == 0) return {{Decision::no_decision, {}}, "no camera gave a verdict"};
  const std::size_t open = with_decision(votes, Decision::no_decision).size();
  if (auto combined = apply(rule.no_decision, votes)) {
    return {std::move(*combined), tally_text(open, all, Decision::no_decision)};
  }
  return std::visit([&votes](const auto& test) { return decide(test, votes); }, rule.test);
}

}  // namespace

std::string_view kind(const ItemRule& rule) {
  struct Kind {
    std::string_view operator()(const MinThresholdKo&) const { return "min_threshold_ko"; }
    std::string_view operator()(const MinThreshold&) const { return "min_threshold"; }
    std::string_view operator()(const MinThresholdRatio&) const { return "min_threshold_ratio"; }
    std::string_view operator()(const AllCameras&) const { return "all"; }
    std::string_view operator()(const AnyCamera&) const { return "any"; }
    std::string_view operator()(const Weighted&) const { return "weighted"; }
    std::string_view operator()(const PerCamera&) const { return "per_camera"; }
  };
  return std::visit(Kind(), rule.test);
}

std::string name(const ItemRule& rule) {
  return rule.name.empty() ? std::string(kind(rule)) : rule.name;
}

Verdict evaluate(const ItemRule& rule, std::span<const CameraDecision> cameras) {
  const Outcome outcome = outcome_of(rule, cameras);
  Verdict verdict{outcome.combined.decision, name(rule), {}, {}};
  std::vector<std::string> parts{outcome.compared};
  for (const Vote& vote : outcome.combined.behind) {
    parts.push_back(fmt::format("camera '{}': {}", vote.name, vote.verdict.reason));
    verdict.objects.insert(verdict.objects.end(), vote.verdict.objects.begin(),
                           vote.verdict.objects.end());
  }
  verdict.reason = base::join(parts, "; ");
  return verdict;
}

}  // namespace sluice::rules
