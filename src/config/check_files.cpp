#include <filesystem>

#include <unistd.h>

#include "config/load.hpp"
#include "config/station_checks.hpp"
#include "serve/zmq/class_numbers.hpp"
#include "simulate/trace.hpp"

namespace sluice::config {
namespace {

namespace fs = std::filesystem;

/// What a path shall name.
enum class Wanted { file, images, folder, any };

/// What is wrong with reading `path`; empty: nothing.
std::string trouble(const std::string& path, Wanted wanted) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) {
    return fmt::format("\"{}\" does not exist; relative paths start from this file's folder", path);
  }
  const bool folder = wanted == Wanted::images || wanted == Wanted::folder;
  if (folder && !fs::is_directory(status)) {
    return fmt::format("\"{}\" is not a folder{}", path,
                       wanted == Wanted::images ? "; for a single file use `type: image`" : "");
  }
  if (wanted == Wanted::file && fs::is_directory(status)) {
    return fmt::format("\"{}\" is a folder; name a file in it", path);
  }
  if (::access(path.c_str(), R_OK) != 0) {
    return fmt::format("\"{}\" cannot be read; check its permissions", path);
  }
  if (wanted == Wanted::images && fs::is_empty(path, error)) {
    return fmt::format("the folder \"{}\" is empty", path);
  }
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
  const auto check = [&](const std::string& key, const std::string& file, Wanted wanted) {
    if (file.empty()) return;
    auto message = trouble(file, wanted);
    if (!message.empty()) report(key, std::move(message));
  };
  for (std::size_t i = 0; i < config.models.size(); ++i) {
    check(fmt::format("models[{}].path", i), config.models[i].options.path, Wanted::any);
    for (const auto& [output, file] : config.models[i].labels) {
      check(fmt::format("models[{}].labels.{}", i, output), file, Wanted::file);
    }
    if (const auto post = load_postprocess(config.models[i]); !post) {
      report(fmt::format("models[{}].postprocess", i), post.error().message);
    }
  }
  for (std::size_t i = 0; i < config.tasks.size(); ++i) {
    const auto& task = config.tasks[i];
    check(fmt::format("tasks[{}].source.path", i), task.source.options.path,
          task.source.options.kind == pipeline::SourceKind::images ? Wanted::images : Wanted::file);
    if (task.source.trace.empty()) continue;
    const auto times = simulate::read_trace_csv(task.source.trace, task.options.name);
    if (!times) report(fmt::format("tasks[{}].source.trace", i), times.error().message);
  }
  check("monitor.tegrastats", config.monitor.options.tegrastats_log, Wanted::file);
  check("serve.models", config.serve.models, Wanted::folder);
  const auto& serve = config.serve.options;
  check("serve.tokens", serve.tokens, Wanted::file);
  if (serve.zmq && !serve.zmq->labels.empty()) {
    const auto map = serve::zmq::read_label_map(serve.zmq->labels);
    if (!map) report("serve.zmq.labels", map.error().message);
  }
  check("serve.tls.certificate", serve.tls.certificate, Wanted::file);
  check("serve.tls.key", serve.tls.key, Wanted::file);
  check("serve.tls.client_ca", serve.tls.client_ca, Wanted::file);
  return problems;
}

}  // namespace sluice::config
