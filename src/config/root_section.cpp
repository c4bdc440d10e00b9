// The file as a whole, and `compare`.
#include "config/cross_checks.hpp"
#include "config/sections.hpp"
#include "config/station_checks.hpp"
#include "simulate/compare.hpp"

namespace sluice::config {
namespace {

using simulate::Estimates;

Object<Variant> variant() {
  Object<Variant> o("policy variant",
                    "The settings of `scheduler` with some of them changed: any of its keys.");
  o.key(
      "name", [](Variant & v) -> auto& { return v.name; }, text(),
      "What the row is called; none: the policy's name.");
  o.allow(scheduler_object());
  return o;
}

/// The variants' keys are put over the scheduler section, which may stand anywhere in the file.
void read_variants(const Node& root, Config& config, Reader& reader) {
  auto& variants = config.compare.policies;
  const Node* compare = root.find("compare");
  const Node* list = compare == nullptr ? nullptr : compare->find("policies");
  for (std::size_t i = 0; i < variants.size(); ++i) {
    const auto in_compare = reader.key("compare");
    const auto in_policies = reader.key("policies");
    const auto in_item = reader.item(i);
    variants[i].scheduler = config.scheduler;
    if (list != nullptr && i < list->items.size()) {
      scheduler_object().read_keys(list->items[i], variants[i].scheduler, reader);
    }
    if (variants[i].name.empty()) {
      variants[i].name = schedule::to_string(variants[i].scheduler.policy);
    }
  }
}

/// The bound beside the policies is that of one machine.
void check_variants(const Node& root, Config& config, Reader& reader) {
  for (std::size_t i = 0; i < config.compare.policies.size(); ++i) {
    if (config.compare.policies[i].scheduler.slots == config.scheduler.slots) continue;
    reader.problem_at(root, fmt::format("compare.policies[{}].slots", i),
                      "all variants run on the same machine; set `scheduler.slots` instead");
  }
}

void add_default_variants(const Node&, Config& config, Reader&) {
  if (!config.compare.policies.empty()) return;
  for (const auto& policy : simulate::default_policies()) {
    Variant variant{policy.name, config.scheduler};
    policy.apply(variant.scheduler);
    config.compare.policies.push_back(std::move(variant));
  }
}

void need_models(const Node& root, Config& config, Reader& reader) {
  if (!config.models.empty() || !config.serve.models.empty()) return;
  if (root.find("models") != nullptr) return;  // there is a problem with it already
  reader.problem(root,
                 "the key \"models\" is missing: the networks (or `serve: { models: FOLDER "
                 "}` with a folder of them, for `sluice serve`)");
}

Object<CompareConfig> make_compare() {
  using O = CompareConfig;
  Object<O> o("compare", "What `sluice compare` simulates.");
  o.key(
      "policies", [](O & c) -> auto& { return c.policies; }, list(object(variant())),
      "The variants to compare; none: slack and the baselines.");
  o.key(
      "seeds", [](O & c) -> auto& { return c.seeds; },
      integer<std::uint32_t>({.minimum = 1, .maximum = 1000}),
      "Runs with different random numbers; counts are added up.");
  o.key(
      "duration", [](O & c) -> auto& { return c.duration; },
      duration_or_none(std::chrono::microseconds(1)),
      "Frames come for this long; needed unless every source ends by itself.");
  o.key(
      "estimates", [](O & c) -> auto& { return c.estimates; },
      choice<Estimates>(
          {{Estimates::learned, "learned", "from measurements, as on a real machine"},
           {Estimates::hinted, "hinted", "each request's true time, off by `estimate_error`"}}),
      "What the scheduler knows about service times.");
  o.key(
      "estimate_error", [](O & c) -> auto& { return c.estimate_error; }, fraction(between(0, 5)),
      "`estimates: hinted`: standard deviation of the error.");
  return o;
}

Object<Config> node_section() {
  Object<Config> o("node", "The machine.");
  o.key(
      "name", [](Config & c) -> auto& { return c.name; }, name(),
      "Heads journals and reports; none: the file's name.");
  return o;
}

Object<Config> make_root() {
  using O = Config;
  Object<O> o("configuration", "One run: models, the tasks that want them, and how it is decided.");
  o.key("node", itself<O>(), object(node_section()), "The machine.");
  o.key(
      "models", [](O & c) -> auto& { return c.models; }, list(object(model_object()), 1),
      "The networks. `sluice serve` can do with those of `serve.models`.");
  o.key(
      "tasks", [](O & c) -> auto& { return c.tasks; }, list(object(task_object()), 1),
      "The streams of work. Those without a source are for the clients of `sluice serve`.");
  o.key(
      "scheduler", [](O & c) -> auto& { return c.scheduler; }, object(scheduler_object()),
      "How it is decided what runs.");
  o.key(
      "engine", [](O & c) -> auto& { return c.engine; }, object(engine_object()),
      "Faults and the end of a run.");
  o.key(
      "journal", [](O & c) -> auto& { return c.journal; }, object(journal_object()),
      "The event log.");
  o.key(
      "report", [](O & c) -> auto& { return c.report; }, object(report_object()),
      "What is written at the end.");
  o.key(
      "monitor", [](O & c) -> auto& { return c.monitor; }, object(monitor_object()),
      "Readings of the machine.");
  o.key(
      "compare", [](O & c) -> auto& { return c.compare; }, object(compare_object()),
      "What `sluice compare` simulates.");
  o.key(
      "serve", [](O & c) -> auto& { return c.serve; }, object(serve_object()),
      "What `sluice serve` offers.");
  o.key(
      "stations", [](O & c) -> auto& { return c.stations; }, list(object(station_object())),
      "What `sluice serve` watches and decides.");
  o.key(
      "station_files", [](O & c) -> auto& { return c.station_files; }, path(),
      "A folder of further stations, NAME.yaml each; what the pages' editor writes.");
  o.key(
      "state", [](O & c) -> auto& { return c.state; }, path(),
      "Folder for what stations must not lose: accepted triggers, records, images.");
  o.rule(need_models);
  o.rule(read_variants);
  o.rule(check_variants);
  o.rule(add_default_variants);
  o.rule(check_names);
  o.rule(resolve_references);
  o.rule(check_zmq);
  o.rule(check_shares);
  o.rule(read_stations);
  return o;
}

}  // namespace

const Object<CompareConfig>& compare_object() {
  static const Object<CompareConfig> definition = make_compare();
  return definition;
}

const Object<Config>& root_object() {
  static const Object<Config> definition = make_root();
  return definition;
}

}  // namespace sluice::config
