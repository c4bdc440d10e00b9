#include "config/sections.hpp"

namespace sluice::config {
namespace {

using schedule::OnFull;
using schedule::OnShed;
using schedule::TaskOptions;

Type<OnFull> on_full() {
  const auto word = [](OnFull kind, std::string doc) {
    return Choice<OnFull>{kind, schedule::to_string(kind), std::move(doc)};
  };
  return choice<OnFull>({
      word(OnFull::drop_oldest, "the request that has waited longest leaves"),
      word(OnFull::drop_newest, "the arriving request is refused"),
      word(OnFull::drop_lowest_value, "the least important, then the latest deadline, leaves"),
  });
}

Type<OnShed> on_shed() {
  const auto word = [](OnShed kind, std::string doc) {
    return Choice<OnShed>{kind, schedule::to_string(kind), std::move(doc)};
  };
  return choice<OnShed>({
      word(OnShed::drop, "it ends as dropped"),
      word(OnShed::defer, "it comes back after `defer_by`, while its deadline allows"),
      word(OnShed::degrade, "the task `degrade_to`, with a cheaper model, takes it"),
  });
}

Object<TaskOptions> queue() {
  Object<TaskOptions> o("queue", "The requests of a task that wait.");
  o.key(
      "capacity", [](TaskOptions & t) -> auto& { return t.queue_capacity; },
      integer<std::uint32_t>({.minimum = 1, .maximum = 1'000'000}), "Requests that may wait.");
  o.key(
      "on_full", [](TaskOptions & t) -> auto& { return t.on_full; }, on_full(),
      "Who leaves when one more arrives.");
  return o;
}

Object<TaskOptions> make_scheduling() {
  using O = TaskOptions;
  Object<O> o("task", "What the scheduler knows about a task.");
  o.key(
      "priority", [](O & t) -> auto& { return t.priority; },
      integer<std::int32_t>({.minimum = std::numeric_limits<std::int32_t>::min()}),
      "Larger is more important.");
  o.key(
      "latency_budget", [](O & t) -> auto& { return t.latency_budget; },
      duration_or_none(std::chrono::microseconds(1)),
      "Time from arrival within which the result must exist; waiting counts.");
  o.key(
      "weight", [](O & t) -> auto& { return t.weight; }, number(above_up_to(0, 1e9)),
      "Value of one on-time result against others of the same priority.");
  o.key(
      "min_share", [](O & t) -> auto& { return t.min_share; }, fraction(between(0, 1)),
      "Share of slot time that the task is owed while it has work queued: guards against "
      "starvation.");
  o.key("queue", itself<O>(), object(queue()), "The requests that wait.");
  o.key(
      "on_shed", [](O & t) -> auto& { return t.on_shed; }, on_shed(),
      "What happens to a request that the shedder takes out.");
  o.key(
      "defer_by", [](O & t) -> auto& { return t.defer_by; }, duration(std::chrono::microseconds(1)),
      "`on_shed: defer`: when it comes back.");
  return o;
}

Object<TaskConfig> make_task() {
  using O = TaskConfig;
  Object<O> o("task", "A stream of work for a model.");
  o.key(
      "name", [](O & t) -> auto& { return t.options.name; }, name(), "Its name, unique.",
      Need::required);
  o.key(
      "model", [](O & t) -> auto& { return t.model; }, name(), "The name of the model it is for.",
      Need::required);
  o.include(
      [](O & t) -> auto& { return t.options; }, task_scheduling_object());
  o.key(
      "degrade_to", [](O & t) -> auto& { return t.degrade_to; }, name(),
      "`on_shed: degrade`: the task that takes it.");
  o.key(
      "source", [](O & t) -> auto& { return t.source; }, object(source_object()),
      "Where its frames come from.");
  o.rule([](const Node& node, O& t, Reader& reader) {
    const bool degrades = t.options.on_shed == OnShed::degrade;
    if (degrades && node.find("degrade_to") == nullptr) {
      reader.problem(node,
                     "`on_shed: degrade` needs `degrade_to`: the task with the cheaper model");
    }
    if (const Node* to = node.find("degrade_to"); to != nullptr && !degrades) {
      reader.problem(*to, "`degrade_to` has no effect without `on_shed: degrade`; add it");
    }
    if (const Node* by = node.find("defer_by");
        by != nullptr && t.options.on_shed != OnShed::defer) {
      reader.problem(*by, "`defer_by` has no effect without `on_shed: defer`; add it");
    }
  });
  return o;
}

}  // namespace

const Object<TaskOptions>& task_scheduling_object() {
  static const Object<TaskOptions> definition = make_scheduling();
  return definition;
}

const Object<TaskConfig>& task_object() {
  static const Object<TaskConfig> definition = make_task();
  return definition;
}

}  // namespace sluice::config
