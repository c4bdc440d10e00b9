#include "cli/serve_config.hpp"

#include <algorithm>
#include <array>

#include <boost/json/object.hpp>
#include <spdlog/spdlog.h>

#include "base/text.hpp"
#include "cli/serve_detection.hpp"
#include "cli/serve_plan.hpp"
#include "config/document_json.hpp"

namespace sluice::cli {
namespace {

namespace json = boost::json;

/// What messages call the configuration where there is no file, and so what its node is called.
constexpr const char* kNoFile = "sluice";

/// Keys of `serve` that a reload applies.
constexpr std::array<std::string_view, 4> kLive{"models", "default_task", "grace",
                                                "watch_interval"};

/// A model's file may come and go while the daemon runs: that makes it unavailable, no more. So may
/// what stations name (a disk, a share): their cameras, stores and actions say it themselves.
bool may_come_later(const config::Problem& problem) {
  if (problem.path.starts_with("models[")) return problem.path.ends_with(".path");
  // A station of a file of its own has its keys without a "stations[0]." before them.
  constexpr std::array kStations{"stations[", "cameras[", "images.", "actions["};
  return std::any_of(kStations.begin(), kStations.end(),
                     [&](const char* key) { return problem.path.starts_with(key); });
}

base::Result<config::Loaded> read(const ConfigArguments& arguments) {
  const config::LoadOptions options{.settings = arguments.settings};
  const auto file = arguments.file.empty() ? std::string(kNoFile) : arguments.file;
  auto loaded = arguments.file.empty() ? config::load_text("{}", file, options)
                                       : config::load_file(file, options);
  if (!loaded.config) return tl::unexpected(config::to_error(loaded.problems));
  config::Problems grave;
  for (auto& problem : config::check_files(loaded, file)) {
    if (may_come_later(problem)) {
      spdlog::warn("{}", config::to_string(problem));
    } else {
      grave.push_back(std::move(problem));
    }
  }
  if (!grave.empty()) return tl::unexpected(config::to_error(grave));
  return loaded;
}

json::object serve_section(const config::Loaded& loaded) {
  const auto document = config::to_json(loaded.document);
  const auto* section = document.as_object().if_contains("serve");
  return section != nullptr && section->is_object() ? section->as_object() : json::object{};
}

/// Keys of `serve` that differ and that only a start applies.
std::vector<std::string> changed_keys(const json::object& before, const json::object& after) {
  std::vector<std::string> changed;
  const auto look = [&](const json::object& one, const json::object& other) {
    for (const auto& member : one) {
      const std::string key(member.key());
      const auto* value = other.if_contains(key);
      if (value != nullptr && *value == member.value()) continue;
      if (std::find(kLive.begin(), kLive.end(), key) != kLive.end()) continue;
      if (std::find(changed.begin(), changed.end(), key) == changed.end()) changed.push_back(key);
    }
  };
  look(before, after);
  look(after, before);
  return changed;
}

}  // namespace

base::Result<std::unique_ptr<ServeConfig>> ServeConfig::load(ConfigArguments arguments,
                                                             const base::Clock& clock) {
  auto first = read(arguments);
  if (!first) return tl::unexpected(first.error());
  auto tokens = std::make_unique<serve::net::Tokens>();
  if (const auto& file = first->config->serve.options.tokens; !file.empty()) {
    auto loaded = serve::net::Tokens::load(file);
    if (!loaded) return tl::unexpected(base::with_context("serve.tokens", loaded.error()));
    tokens = std::move(*loaded);
  }
  auto detection = detection_of(*first->config);
  if (!detection) return tl::unexpected(detection.error());
  std::unique_ptr<ServeConfig> config(
      new ServeConfig(std::move(arguments), std::move(*first), std::move(tokens), clock));
  config->detection_.set(std::move(*detection));
  return config;
}

base::Result<serve::Plan> ServeConfig::read_plan() {
  auto loaded = read(arguments_);
  if (!loaded) return tl::unexpected(loaded.error());
  auto changed = changed_keys(serve_section(first_), serve_section(*loaded));
  auto detection = detection_of(*loaded->config);
  if (!detection) return tl::unexpected(detection.error());
  auto plan = make_serve_plan(std::move(*loaded), clock_, stations_);
  if (!plan) return plan;
  std::shared_ptr<const serve::net::Tokens> tokens;
  if (const auto& file = first().serve.options.tokens; !file.empty()) {
    auto read = serve::net::Tokens::load(file);
    if (!read) return tl::unexpected(base::with_context("serve.tokens", read.error()));
    tokens = std::move(*read);
  }
  plan->in_force = [this, tokens = std::move(tokens), detection = std::move(*detection),
                    changed = std::move(changed)] {
    detection_.set(detection);
    if (tokens != nullptr) tokens_->replace_by(*tokens);
    if (changed.empty()) return;
    spdlog::warn("serve: changes of {} take effect at the next start", base::join(changed));
  };
  return plan;
}

}  // namespace sluice::cli
