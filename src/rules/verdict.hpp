// What a rule decides, and why.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::rules {

enum class Decision : std::uint8_t {
  ok,
  ko,
  no_decision,  ///< there was nothing to judge, or judging failed
};

/// "OK", "KO", "NO_DECISION".
[[nodiscard]] std::string_view to_string(Decision decision);
/// The reverse; nullopt: none of the three.
[[nodiscard]] std::optional<Decision> decision_from(std::string_view text);

struct Verdict {
  Decision decision = Decision::no_decision;
  std::string rule;                  ///< the rule's name
  std::string reason;                ///< what was compared, in numbers and words
  std::vector<std::string> objects;  ///< ids of the objects behind it
};

/// One sentence: `KO by rule "caps": found 2 objects labelled 'cap', at most 1 allowed (cap-1,
/// cap-2).` Long lists of objects are cut.
[[nodiscard]] std::string explain(const Verdict& verdict);

}  // namespace sluice::rules
