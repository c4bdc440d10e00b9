#include <filesystem>

#include <unistd.h>

#include "config/load.hpp"
#include "simulate/trace.hpp"

namespace sluice::config {
namespace {

namespace fs = std::filesystem;

/// What is wrong with reading `path`; empty: nothing.
std::string trouble(const std::string& path, bool folder) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) {
    return fmt::format("\"{}\" does not exist; relative paths start from this file's folder", path);
  }
  if (folder && !fs::is_directory(status)) {
    return fmt::format("\"{}\" is not a folder; for a single file use `type: image`", path);
  }
  if (!folder && fs::is_directory(status)) {
    return fmt::format("\"{}\" is a folder; name a file in it", path);
  }
  if (::access(path.c_str(), R_OK) != 0) {
    return fmt::format("\"{}\" cannot be read; check its permissions", path);
  }
  if (folder && fs::is_empty(path, error)) return fmt::format("the folder \"{}\" is empty", path);
  return {};
}

}  // namespace

Problems check_files(const Loaded& loaded, const std::string& path) {
  const Config& config = *loaded.config;
  Problems problems;
  const auto report = [&](const std::string& key, std::string message) {
    const Node& node = locate(loaded.document, key);
    problems.push_back(
        {node.origin.empty() ? path : node.origin, node.place, key, std::move(message)});
  };
  const auto check = [&](const std::string& key, const std::string& file, bool folder = false) {
    if (file.empty()) return;
    auto message = trouble(file, folder);
    if (!message.empty()) report(key, std::move(message));
  };
  for (std::size_t i = 0; i < config.models.size(); ++i) {
    check(fmt::format("models[{}].path", i), config.models[i].options.path);
  }
  for (std::size_t i = 0; i < config.tasks.size(); ++i) {
    const auto& task = config.tasks[i];
    check(fmt::format("tasks[{}].source.path", i), task.source.options.path,
          task.source.options.kind == pipeline::SourceKind::images);
    if (task.source.trace.empty()) continue;
    const auto times = simulate::read_trace_csv(task.source.trace, task.options.name);
    if (!times) report(fmt::format("tasks[{}].source.trace", i), times.error().message);
  }
  check("monitor.tegrastats", config.monitor.options.tegrastats_log);
  return problems;
}

}  // namespace sluice::config
