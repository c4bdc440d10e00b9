#include "config/load.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "config/sections.hpp"

namespace sluice::config {
namespace {

namespace fs = std::filesystem;

/// What follows from the rest of the file.
void complete(Config& config, const std::string& path) {
  if (config.name.empty()) config.name = fs::path(path).stem().string();
  if (config.state == Config{}.state) config.state = fs::path(path).parent_path() / config.state;
  for (std::size_t i = 0; i < config.tasks.size(); ++i) config.tasks[i].source.options.seed += i;
}

std::optional<std::string> read_all(const std::string& path, Problems& problems) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    problems.push_back({path, {}, {}, "is a folder; name the configuration file in it"});
    return std::nullopt;
  }
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.is_open() || in.bad()) {
    problems.push_back({path, {}, {}, fmt::format("cannot be read: {}", std::strerror(errno))});
    return std::nullopt;
  }
  return text;
}

}  // namespace

Loaded load_text(std::string_view text, const std::string& path, const LoadOptions& options) {
  Loaded loaded;
  auto document = parse_document(text, path, options.environment, loaded.problems);
  if (!document) return loaded;
  for (const auto& setting : options.settings) {
    const auto origin = "--set " + setting;
    auto done = assign(*document, setting, origin, options.environment);
    if (!done) loaded.problems.push_back({origin, {}, {}, done.error().message});
  }
  if (!loaded.problems.empty()) return loaded;

  Reader reader(path, fs::path(path).parent_path());
  Config config;
  root_object().read(*document, config, reader);
  loaded.problems = std::move(reader.problems());
  std::stable_sort(
      loaded.problems.begin(), loaded.problems.end(), [](const Problem& a, const Problem& b) {
        return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
      });
  if (!loaded.problems.empty()) return loaded;
  complete(config, path);
  loaded.document = std::move(*document);
  loaded.config = std::move(config);
  return loaded;
}

Loaded load_file(const std::string& path, const LoadOptions& options) {
  Loaded loaded;
  const auto text = read_all(path, loaded.problems);
  if (!text) return loaded;
  return load_text(*text, path, options);
}

base::Status apply_setting(schedule::SchedulerOptions& options, const std::string& setting) {
  const auto origin = "--set " + setting;
  // A document with the tasks' names only, so that the setting can find them.
  Node root;
  root.kind = Node::Kind::mapping;
  Node tasks;
  tasks.kind = Node::Kind::sequence;
  for (const auto& task : options.tasks) {
    Node name;
    name.kind = Node::Kind::scalar;
    name.text = task.name;
    Node item;
    item.kind = Node::Kind::mapping;
    item.entries.push_back({"name", {}, std::move(name)});
    tasks.items.push_back(std::move(item));
  }
  root.entries.push_back({"tasks", {}, std::move(tasks)});
  root.entries.push_back({"scheduler", {}, Node{}});
  const bool has_section = setting.starts_with("tasks") || setting.starts_with("scheduler.");
  auto done =
      assign(root, has_section ? setting : "scheduler." + setting, origin, process_environment());
  if (!done) return done;

  Reader reader(origin, {});
  if (const Node& scheduler = *root.find("scheduler"); scheduler.kind != Node::Kind::null) {
    const auto scope = reader.key("scheduler");
    const auto slots = options.slots;
    scheduler_object().read(scheduler, options, reader);
    if (options.slots == kAutoSlots) {
      options.slots = slots;
      reader.problem(scheduler, "`slots: auto` means nothing here; give a number");
    }
  }
  Node& items = *root.find("tasks");
  if (items.kind != Node::Kind::sequence) {
    return base::fail(base::ErrorCode::invalid, "{}: name a task and a key: tasks[NAME].priority=5",
                      origin);
  }
  for (std::size_t i = 0; i < items.items.size() && i < options.tasks.size(); ++i) {
    auto& entries = items.items[i].entries;
    std::erase_if(entries, [](const Entry& entry) { return entry.key == "name"; });
    const auto in_tasks = reader.key("tasks");
    const auto in_item = reader.item(i);
    task_scheduling_object().read(items.items[i], options.tasks[i], reader);
  }
  if (!reader.problems().empty()) return tl::unexpected(to_error(reader.problems()));
  return {};
}

}  // namespace sluice::config
