#include "config/sections.hpp"

namespace sluice::config {
namespace {

using schedule::PolicyKind;
using schedule::Protection;
using schedule::SchedulerOptions;
using schedule::ShedderKind;

Type<PolicyKind> policy() {
  const auto word = [](PolicyKind kind, std::string doc) {
    return Choice<PolicyKind>{kind, schedule::to_string(kind), std::move(doc)};
  };
  return choice<PolicyKind>({
      word(PolicyKind::slack,
           "keeps important deadlines, then most on-time work: see docs/scheduling.md"),
      word(PolicyKind::fifo, "order of arrival"),
      word(PolicyKind::priority, "most important first, then earliest deadline"),
      word(PolicyKind::edf, "earliest deadline first; priorities do not count"),
      word(PolicyKind::round_robin, "the tasks in turn"),
      word(PolicyKind::fixed_batch, "order of arrival, in batches of a fixed size"),
      word(PolicyKind::interval, "order of arrival, at fixed intervals"),
      word(PolicyKind::levels, "priority levels with queue limits, timeouts and a batch delay"),
  });
}

Type<ShedderKind> shedding() {
  const auto word = [](ShedderKind kind, std::string doc) {
    return Choice<ShedderKind>{kind, schedule::to_string(kind), std::move(doc)};
  };
  return choice<ShedderKind>({
      word(ShedderKind::none, "nothing is shed; queues may still overflow and requests expire"),
      word(ShedderKind::backlog, "sheds the least important above a number of queued requests"),
      word(ShedderKind::adaptive, "sheds, by prediction, the cheapest set that saves the rest"),
  });
}

Type<Protection> protection() {
  const auto word = [](Protection kind, std::string doc) {
    return Choice<Protection>{kind, schedule::to_string(kind), std::move(doc)};
  };
  return choice<Protection>({
      word(Protection::none, "announced arrivals do not count"),
      word(Protection::deadline, "nothing starts that would make an announced arrival late"),
      word(Protection::strict, "nothing starts that would still run when one arrives"),
  });
}

Object<SchedulerOptions> estimator() {
  Object<SchedulerOptions> o("estimator", "How service times are predicted.");
  o.key(
      "quantile", [](SchedulerOptions & s) -> auto& { return s.estimate_quantile; },
      fraction(between(0.01, 0.999)),
      "Quantile of the measured times that counts as the prediction; higher is more careful.");
  o.key(
      "window", [](SchedulerOptions & s) -> auto& { return s.estimate_window; },
      integer<std::uint32_t>({.minimum = 1, .maximum = 65536}),
      "Number of last measurements it looks at.");
  return o;
}

Object<SchedulerOptions> make_scheduler() {
  using O = SchedulerOptions;
  Object<O> o("scheduler", "Decides which requests run, when and where, and which do not.",
              default_scheduler());
  o.key(
      "policy", [](O & s) -> auto& { return s.policy; }, policy(), "What runs next.");
  o.key(
      "shedding", [](O & s) -> auto& { return s.shedder; }, shedding(),
      "What is dropped so that more valuable work is on time.");
  o.key(
      "protection", [](O & s) -> auto& { return s.protection; }, protection(),
      "How `slack` keeps slots free for the next frame of more important periodic tasks.");
  o.key(
      "slots", [](O & s) -> auto& { return s.slots; },
      integer<std::uint32_t>(
          {.minimum = 1, .maximum = 64, .word = "auto", .word_value = kAutoSlots}),
      "Batches that may run at the same time. `auto`: as many as there are model instances, but "
      "no more than the cores can hold with the threads of the widest model.");
  o.key(
      "expire", [](O & s) -> auto& { return s.expire; }, boolean(),
      "Drop a request the moment its deadline passes. Turn off only to compare.");
  o.key(
      "batch", [](O & s) -> auto& { return s.batch; },
      integer<std::uint32_t>({.minimum = 0, .maximum = 4096}),
      "`fixed_batch`: wanted batch size; 0: the model's `max_batch`.");
  o.key(
      "batch_delay", [](O & s) -> auto& { return s.batch_delay; }, duration(),
      "`fixed_batch`, `levels`: the longest a request waits for its batch to fill.");
  o.key(
      "interval", [](O & s) -> auto& { return s.interval; }, duration(std::chrono::microseconds(1)),
      "`interval`: time between dispatches.");
  o.key(
      "backlog_threshold", [](O & s) -> auto& { return s.backlog_threshold; },
      integer<std::uint32_t>({.minimum = 1}),
      "`backlog` shedding: acts above this many queued requests.");
  o.key(
      "shed_engage", [](O & s) -> auto& { return s.shed_engage; }, duration(),
      "`adaptive` shedding: overload must be predicted for this long before it acts.");
  o.key(
      "shed_release", [](O & s) -> auto& { return s.shed_release; }, duration(),
      "`adaptive` shedding: overload must be absent for this long before it stops.");
  o.key("estimator", itself<O>(), object(estimator()), "How service times are predicted.");
  return o;
}

}  // namespace

const Object<SchedulerOptions>& scheduler_object() {
  static const Object<SchedulerOptions> definition = make_scheduler();
  return definition;
}

}  // namespace sluice::config
