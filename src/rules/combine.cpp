#include "rules/combine.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sluice::rules {
namespace {

Decision other_than(Decision decision) {
  return decision == Decision::ok ? Decision::ko : Decision::ok;
}

/// `strong` where one vote is enough for it; else NO_DECISION where one is open; else `weak`.
Combined dominated(const std::vector<Vote>& votes, Decision vote, Decision strong, Decision weak) {
  if (auto behind = with_decision(votes, vote); !behind.empty()) {
    return {strong, std::move(behind)};
  }
  if (auto open = with_decision(votes, Decision::no_decision); !open.empty()) {
    return {Decision::no_decision, std::move(open)};
  }
  return {weak, votes};
}

}  // namespace

std::vector<Vote> with_decision(const std::vector<Vote>& votes, Decision decision) {
  std::vector<Vote> same;
  std::ranges::copy_if(votes, std::back_inserter(same),
                       [decision](const Vote& vote) { return vote.verdict.decision == decision; });
  return same;
}

std::optional<Combined> apply(NoDecision policy, std::vector<Vote>& votes) {
  auto open = with_decision(votes, Decision::no_decision);
  if (policy == NoDecision::propagate && !open.empty()) {
    return Combined{Decision::no_decision, std::move(open)};
  }
  if (policy == NoDecision::ignore) {
    std::erase_if(votes,
                  [](const Vote& vote) { return vote.verdict.decision == Decision::no_decision; });
  }
  if (policy == NoDecision::as_ko) {
    for (Vote& vote : votes) {
      if (vote.verdict.decision == Decision::no_decision) vote.verdict.decision = Decision::ko;
    }
  }
  if (votes.empty()) return Combined{Decision::no_decision, std::move(open)};
  return std::nullopt;
}

Combined all_of(const std::vector<Vote>& votes, Decision expected) {
  return dominated(votes, other_than(expected), Decision::ko, Decision::ok);
}

Combined any_of(const std::vector<Vote>& votes, Decision expected) {
  return dominated(votes, expected, Decision::ok, Decision::ko);
}

}  // namespace sluice::rules
