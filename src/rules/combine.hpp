// Several verdicts into one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/verdict.hpp"

namespace sluice::rules {

/// What a NO_DECISION among the verdicts does to the combined one.
enum class NoDecision : std::uint8_t {
  propagate,  ///< one makes the whole NO_DECISION
  as_ko,      ///< counts as KO
  ignore,     ///< is left out, also of ratios; none left: NO_DECISION
  /// Stays what it is: counts in ratios, as neither OK nor KO; `all` and `any` become NO_DECISION
  /// where it could have changed them (Kleene's three-valued logic).
  keep,
};

/// One of the verdicts to combine.
struct Vote {
  std::string name;  ///< of the rule or camera
  Verdict verdict;   ///< its decision is what counts once the policy is applied
};

/// What combining came to. Behind it are the votes that have the same decision, or those that the
/// caller chose.
struct Combined {
  Decision decision = Decision::no_decision;
  std::vector<Vote> behind;
};

/// Applies the policy to the votes. A value: the policy decided already (propagate; no votes left).
std::optional<Combined> apply(NoDecision policy, std::vector<Vote>& votes);

/// The votes with the decision.
[[nodiscard]] std::vector<Vote> with_decision(const std::vector<Vote>& votes, Decision decision);

/// OK if all votes are `expected`, and KO if one is the other decision.
[[nodiscard]] Combined all_of(const std::vector<Vote>& votes, Decision expected);
/// OK if one vote is `expected`, and KO if all are the other decision.
[[nodiscard]] Combined any_of(const std::vector<Vote>& votes, Decision expected);

}  // namespace sluice::rules
