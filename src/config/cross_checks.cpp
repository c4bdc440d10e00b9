#include "config/cross_checks.hpp"

#include <algorithm>
#include <functional>

#include "base/text.hpp"
#include "base/units.hpp"

namespace sluice::config {
namespace {

/// `field`: the key that holds the name. Empty names were reported as missing.
void check_unique(const Node& root, Reader& reader, const std::string& list,
                  const std::vector<std::string>& names, const char* field = "name") {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto first = std::find(names.begin(), names.end(), names[i]) - names.begin();
    if (names[i].empty() || static_cast<std::size_t>(first) == i) continue;
    reader.problem_at(root, fmt::format("{}[{}].{}", list, i, field),
                      fmt::format("the name \"{}\" is taken by {}[{}]; names must be unique",
                                  names[i], list, first));
  }
}

std::vector<std::string> task_names(const Config& config) {
  std::vector<std::string> names;
  for (const auto& task : config.tasks) names.push_back(task.options.name);
  return names;
}

std::vector<std::string> model_names(const Config& config) {
  std::vector<std::string> names;
  for (const auto& model : config.models) names.push_back(model.options.name);
  return names;
}

/// Index of `name`, or a problem at `path`.
std::uint32_t resolve(const Node& root, Reader& reader, const std::string& path,
                      const std::string& name, const char* what,
                      const std::vector<std::string>& names) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<std::uint32_t>(found - names.begin());
  reader.problem_at(root, path,
                    fmt::format("there is no {} \"{}\"{}", what, name,
                                base::suggestion(name, fmt::format("{}s", what), names)));
  return schedule::kNone;
}

/// A task whose requests come back to it by degrading is reported once, at its first member.
void check_circles(const Node& root, const Config& config, Reader& reader) {
  for (std::size_t i = 0; i < config.tasks.size(); ++i) {
    std::string circle = config.tasks[i].options.name;
    std::size_t next = i;
    std::size_t lowest = i;
    for (std::size_t steps = 0; steps <= config.tasks.size(); ++steps) {
      const auto to = config.tasks[next].options.degrade_to;
      if (to >= config.tasks.size()) break;
      next = to;
      lowest = std::min(lowest, next);
      circle += " -> " + config.tasks[next].options.name;
      if (next != i) continue;
      if (lowest == i) {
        reader.problem_at(root, fmt::format("tasks[{}].degrade_to", i),
                          fmt::format("degrades in a circle: {}; let the last one `drop`", circle));
      }
      break;
    }
  }
}

void check_slots(const Node& root, const Config& config, Reader& reader) {
  if (config.scheduler.slots == kAutoSlots) return;
  for (std::size_t i = 0; i < config.models.size(); ++i) {
    const auto& slots = config.models[i].slots;
    for (std::size_t j = 0; j < slots.size(); ++j) {
      if (slots[j] < config.scheduler.slots) continue;
      reader.problem_at(root, fmt::format("models[{}].slots[{}]", i, j),
                        fmt::format("slot {} does not exist; `scheduler.slots` is {}, so slots "
                                    "are 0 to {}",
                                    slots[j], config.scheduler.slots, config.scheduler.slots - 1));
    }
  }
}

}  // namespace

void check_names(const Node& root, Config& config, Reader& reader) {
  check_unique(root, reader, "models", model_names(config));
  check_unique(root, reader, "tasks", task_names(config));
  std::vector<std::string> variants;
  for (const auto& variant : config.compare.policies) variants.push_back(variant.name);
  check_unique(root, reader, "compare.policies", variants);
}

void resolve_references(const Node& root, Config& config, Reader& reader) {
  const auto models = model_names(config);
  const auto tasks = task_names(config);
  for (std::size_t i = 0; i < config.tasks.size(); ++i) {
    auto& task = config.tasks[i];
    const bool listed = std::find(models.begin(), models.end(), task.model) != models.end();
    if (!listed && !config.serve.models.empty()) {
      task.options.model = schedule::kNone;  // perhaps of the folder, which is read later
    } else if (!task.model.empty()) {
      task.options.model =
          resolve(root, reader, fmt::format("tasks[{}].model", i), task.model, "model", models);
    }
    if (!task.degrade_to.empty()) {
      task.options.degrade_to = resolve(root, reader, fmt::format("tasks[{}].degrade_to", i),
                                        task.degrade_to, "task", tasks);
    }
  }
  check_circles(root, config, reader);
  check_slots(root, config, reader);
}

void check_zmq(const Node& root, Config& config, Reader& reader) {
  if (!config.serve.options.zmq) return;
  constexpr const char* kPath = "serve.zmq.task";
  const auto& name = config.serve.options.zmq->task;
  if (name.empty()) return;  // reported as missing
  const auto models = model_names(config);
  auto names = task_names(config);
  const auto task = std::find(names.begin(), names.end(), name) - names.begin();
  std::string model = name;
  if (std::find(models.begin(), models.end(), name) == models.end()) {
    names.insert(names.end(), models.begin(), models.end());
    if (static_cast<std::size_t>(task) == config.tasks.size()) {
      reader.problem_at(root, kPath,
                        fmt::format("there is no task or model \"{}\"{}", name,
                                    base::suggestion(name, "tasks and models", names)));
      return;
    }
    const auto& found = config.tasks[static_cast<std::size_t>(task)];
    if (found.source.options.kind != pipeline::SourceKind::none) {
      reader.problem_at(root, kPath,
                        fmt::format("task \"{}\" has a source; name one without, which is for "
                                    "clients",
                                    name));
      return;
    }
    model = found.model;
  }
  const auto used = std::find(models.begin(), models.end(), model) - models.begin();
  if (static_cast<std::size_t>(used) < models.size() &&
      gives_boxes(config.models[static_cast<std::size_t>(used)])) {
    return;
  }
  reader.problem_at(root, kPath,
                    fmt::format("model \"{}\" does not say where its boxes are; list it in "
                                "`models` with `postprocess: {{ type: yolo }}` or `ssd`",
                                model));
}

void check_shares(const Node& root, Config& config, Reader& reader) {
  double sum = 0;
  for (const auto& task : config.tasks) sum += task.options.min_share;
  // Shares such as 0.1 + 0.2 + 0.7 do not add up to exactly 1.
  if (sum > 1 + 1e-9) {
    reader.problem_at(
        root, "tasks",
        fmt::format("the tasks' `min_share` are {} together; at most 100% can be owed",
                    base::format_fraction(sum)));
  }
}

}  // namespace sluice::config
