// When the frames of a stream raise an event.
#include "config/rule_types.hpp"
#include "config/sections.hpp"

namespace sluice::config {

const Object<rules::TemporalOptions>& event_object() {
  using O = rules::TemporalOptions;
  static const auto definition = [] {
    Object<O> o("event", "When frames that are KO raise an event.");
    const auto frames = integer<int>({.minimum = 1, .maximum = 100'000});
    o.key(
        "name", [](O & t) -> auto& { return t.name; }, name(), "In verdicts.");
    o.key(
        "frames", [](O & t) -> auto& { return t.frames; }, frames, "KO frames that raise it...");
    o.key(
        "window", [](O & t) -> auto& { return t.window; }, frames, "...among so many last ones.");
    o.key(
        "clear_frames", [](O & t) -> auto& { return t.clear_frames; },
        maybe(integer<int>({.minimum = 0, .maximum = 100'000})),
        "It is cleared when at most so many of the window are KO; none: `frames` - 1.");
    o.key(
        "cool_down", [](O & t) -> auto& { return t.cool_down; }, duration(),
        "From raising one until the next may be raised.");
    o.key(
        "max_age", [](O & t) -> auto& { return t.max_age; }, duration_or_none(),
        "Older frames do not count.");
    o.key(
        "no_decision", [](O & t) -> auto& { return t.no_decision; }, no_decision_type(),
        "What a frame without a decision does.");
    o.rule([](const Node& node, O& t, Reader& reader) {
      if (node.find("window") == nullptr) t.window = std::max(t.window, t.frames);
      if (auto good = rules::check(t); !good) reader.problem(node, good.error().message);
    });
    return o;
  }();
  return definition;
}

}  // namespace sluice::config
