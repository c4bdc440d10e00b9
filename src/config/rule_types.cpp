// The types of the values that rules have.
#include "config/rule_types.hpp"

#include "config/reader.hpp"

namespace sluice::config {
namespace {

/// A text that is made into something, or is a problem.
template <class T, class Parse>
Type<T> parsed(Parse parse, std::function<std::string(const T&)> write) {
  auto words = text();
  return {
      words.description,
      [words, parse](const Node& node, T& value, Reader& reader) {
        std::string given;
        const auto before = reader.problems().size();
        words.read(node, given, reader);
        if (reader.problems().size() != before) return;
        auto made = parse(given);
        if (made) {
          value = std::move(*made);
        } else {
          reader.problem(node, made.error().message);
        }
      },
      [write](const T& value) -> boost::json::value { return boost::json::string(write(value)); }};
}

}  // namespace

Type<rules::Decision> decision_type() {
  return choice<rules::Decision>(
      {{rules::Decision::ok, "OK", "as wanted"},
       {rules::Decision::ko, "KO", "not as wanted"},
       {rules::Decision::no_decision, "NO_DECISION", "nothing to judge"}});
}

Type<rules::NoDecision> no_decision_type() {
  return choice<rules::NoDecision>(
      {{rules::NoDecision::propagate, "propagate", "one makes the whole NO_DECISION"},
       {rules::NoDecision::as_ko, "as_ko", "counts as KO"},
       {rules::NoDecision::ignore, "ignore", "is left out, also of ratios"},
       {rules::NoDecision::keep, "keep",
        "counts in ratios as neither; `all` and `any` become NO_DECISION "
        "where it could have changed them"}});
}

Type<rules::Match> match_type() {
  return choice<rules::Match>({{rules::Match::all, "all", "every object"},
                               {rules::Match::any, "any", "one object at least"},
                               {rules::Match::last, "last", "the last object alone"}});
}

Type<rules::Anchor> anchor_type() {
  return choice<rules::Anchor>({{rules::Anchor::centre, "centre", "the middle of the box"},
                                {rules::Anchor::bottom_centre, "bottom_centre",
                                 "where something that stands on the floor touches it"}});
}

Type<rules::Pattern> pattern_type() {
  return parsed<rules::Pattern>(&rules::Pattern::compile,
                                [](const rules::Pattern& p) { return p.expression(); });
}

Type<std::vector<rules::DateFormat>> date_formats_type() {
  auto words = list(text(), 1);
  return {words.description,
          [words](const Node& node, std::vector<rules::DateFormat>& value, Reader& reader) {
            std::vector<std::string> given;
            words.read(node, given, reader);
            std::vector<rules::DateFormat> formats;
            for (std::size_t i = 0; i < given.size(); ++i) {
              const auto scope = reader.item(i);
              auto format = rules::DateFormat::parse(given[i]);
              if (format) {
                formats.push_back(std::move(*format));
              } else {
                reader.problem(node.items[i], format.error().message);
              }
            }
            value = std::move(formats);
          },
          [](const std::vector<rules::DateFormat>&) -> boost::json::value { return nullptr; }};
}

Type<rules::Point> point_type() {
  auto pair = list(number({}), 2, 2);
  return {pair.description,
          [pair](const Node& node, rules::Point& value, Reader& reader) {
            std::vector<double> given;
            pair.read(node, given, reader);
            if (given.size() == 2) value = {given[0], given[1]};
          },
          [](const rules::Point&) -> boost::json::value { return nullptr; }};
}

Object<rules::Range> range_object() {
  Object<rules::Range> o("range", "Both ends belong to it; one that is left out is no limit.");
  o.key(
      "min", [](rules::Range & r) -> auto& { return r.min; }, number({}), "Lowest value.");
  o.key(
      "max", [](rules::Range & r) -> auto& { return r.max; }, number({}), "Highest value.");
  return o;
}

}  // namespace sluice::config
