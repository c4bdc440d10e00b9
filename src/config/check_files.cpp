#include <filesystem>
#include <fstream>
#include <iterator>

#include <unistd.h>

#include "config/load.hpp"
#include "config/station_checks.hpp"
#include "serve/zmq/class_numbers.hpp"
#include "simulate/trace.hpp"

namespace sluice::config {
namespace {

namespace fs = std::filesystem;

/// What a path shall name.
enum class Wanted { file, images, folder, program, any };

/// What is wrong with using `path`; empty: nothing. `no_folder` is said where a folder is wanted
/// and it is none.
std::string trouble(const std::string& path, Wanted wanted, std::string_view no_folder) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) {
    return fmt::format("\"{}\" does not exist; relative paths start from this file's folder", path);
  }
  const bool folder = wanted == Wanted::images || wanted == Wanted::folder;
  if (folder && !fs::is_directory(status)) {
    return fmt::format("\"{}\" is not a folder{}", path, no_folder);
  }
  if (!folder && wanted != Wanted::any && fs::is_directory(status)) {
    return fmt::format("\"{}\" is a folder; name a file in it", path);
  }
  if (wanted == Wanted::program && ::access(path.c_str(), X_OK) != 0) {
    return fmt::format("\"{}\" is no program that this user may run; check its permissions", path);
  }
  if (wanted != Wanted::program && ::access(path.c_str(), R_OK) != 0) {
    return fmt::format("\"{}\" cannot be read; check its permissions", path);
  }
  if (wanted == Wanted::images && fs::is_empty(path, error)) {
    return fmt::format("the folder \"{}\" is empty", path);
  }
  return {};
}

/// The problems of what one document names.
class FileCheck {
 public:
  FileCheck(const Node& document, std::string path, Problems& problems)
      : document_(document), path_(std::move(path)), problems_(problems) {}

  void report(const std::string& key, std::string message) {
    const Node& node = locate(document_, key);
    problems_.push_back(
        {node.origin.empty() ? path_ : node.origin, node.place, key, std::move(message)});
  }
  /// An empty `file` is none.
  void check(const std::string& key, const std::string& file, Wanted wanted,
             std::string_view no_folder = {}) {
    if (file.empty()) return;
    auto message = trouble(file, wanted, no_folder);
    if (!message.empty()) report(key, std::move(message));
  }

 private:
  const Node& document_;
  const std::string path_;
  Problems& problems_;
};

void check_models(const Config& config, FileCheck& files) {
  for (std::size_t i = 0; i < config.models.size(); ++i) {
    const auto& model = config.models[i];
    files.check(fmt::format("models[{}].path", i), model.options.path, Wanted::any);
    for (const auto& [output, file] : model.labels) {
      files.check(fmt::format("models[{}].labels.{}", i, output), file, Wanted::file);
    }
    if (const auto post = load_postprocess(model); !post) {
      files.report(fmt::format("models[{}].postprocess", i), post.error().message);
    }
  }
}

void check_tasks(const Config& config, FileCheck& files) {
  for (std::size_t i = 0; i < config.tasks.size(); ++i) {
    const auto& [options, trace] = config.tasks[i].source;
    const auto key = fmt::format("tasks[{}].source", i);
    files.check(key + ".path", options.path,
                options.kind == pipeline::SourceKind::images ? Wanted::images : Wanted::file,
                "; for a single file use `type: image`");
    if (trace.empty()) continue;
    const auto times = simulate::read_trace_csv(trace, config.tasks[i].options.name);
    if (!times) files.report(key + ".trace", times.error().message);
  }
}

/// `at`: the station's key with a dot, or nothing in a file of its own.
void check_station_files(const StationConfig& station, const std::string& at, FileCheck& files) {
  for (std::size_t i = 0; i < station.cameras.size(); ++i) {
    const auto& source = station.cameras[i].source.options;
    const auto key = fmt::format("{}cameras[{}].source.path", at, i);
    if (const auto* images = std::get_if<camera::ImagesOptions>(&source)) {
      files.check(key, images->path, Wanted::images);
    } else if (const auto* video = std::get_if<camera::VideoOptions>(&source)) {
      files.check(key, video->path, Wanted::file);
    }
  }
  if (station.images) {
    const auto* gcs = std::get_if<store::GcsOptions>(&station.images->options.place);
    if (gcs != nullptr) files.check(at + "images.credentials", gcs->credentials, Wanted::file);
  }
  for (std::size_t i = 0; i < station.actions.size(); ++i) {
    const auto& action = station.actions[i].options;
    const auto key = fmt::format("{}actions[{}]", at, i);
    if (const auto* webhook = std::get_if<action::WebhookOptions>(&action)) {
      files.check(key + ".ca_file", webhook->ca_file, Wanted::file);
    }
    // A name without a folder is looked for in PATH.
    const auto* command = std::get_if<action::CommandOptions>(&action);
    if (command != nullptr && command->run.front().starts_with('/')) {
      files.check(key + ".run[0]", command->run.front(), Wanted::program);
    }
  }
}

/// A station of `station_files`: its document was read and found good, and is read again for
/// places.
void check_own_file(const StationConfig& station, Problems& problems) {
  std::ifstream in(station.file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  Problems known;
  const auto document = parse_document(text, station.file, process_environment(), known);
  const Node nowhere;
  FileCheck files(document ? *document : nowhere, station.file, problems);
  check_station_files(station, "", files);
}

void check_server(const Config& config, FileCheck& files) {
  files.check("monitor.tegrastats", config.monitor.options.tegrastats_log, Wanted::file);
  files.check("serve.models", config.serve.models, Wanted::folder);
  const auto& serve = config.serve.options;
  files.check("serve.tokens", serve.tokens, Wanted::file);
  if (serve.zmq && !serve.zmq->labels.empty()) {
    const auto map = serve::zmq::read_label_map(serve.zmq->labels);
    if (!map) files.report("serve.zmq.labels", map.error().message);
  }
  files.check("serve.tls.certificate", serve.tls.certificate, Wanted::file);
  files.check("serve.tls.key", serve.tls.key, Wanted::file);
  files.check("serve.tls.client_ca", serve.tls.client_ca, Wanted::file);
}

}  // namespace

Problems check_files(const Loaded& loaded, const std::string& path) {
  const Config& config = *loaded.config;
  Problems problems;
  FileCheck files(loaded.document, path, problems);
  check_models(config, files);
  check_tasks(config, files);
  for (std::size_t i = 0; i < config.stations.size(); ++i) {
    const auto& station = config.stations[i];
    if (station.file.empty()) {
      check_station_files(station, fmt::format("stations[{}].", i), files);
    } else {
      check_own_file(station, problems);
    }
  }
  check_server(config, files);
  return problems;
}

}  // namespace sluice::config
