// The types of the values that rules have.
#pragma once

#include <vector>

#include "config/object.hpp"
#include "rules/camera_rule.hpp"
#include "rules/combine.hpp"
#include "rules/date_format.hpp"
#include "rules/geometry.hpp"
#include "rules/pattern.hpp"
#include "rules/verdict.hpp"

namespace sluice::config {

Type<rules::Decision> decision_type();
/// What becomes of a part without a decision.
Type<rules::NoDecision> no_decision_type();
Type<rules::Match> match_type();
Type<rules::Anchor> anchor_type();
/// A regular expression; one that cannot be compiled is a problem.
Type<rules::Pattern> pattern_type();
Type<std::vector<rules::DateFormat>> date_formats_type();
/// [x, y].
Type<rules::Point> point_type();
Object<rules::Range> range_object();

}  // namespace sluice::config
