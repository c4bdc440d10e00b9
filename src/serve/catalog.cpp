#include "serve/catalog.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include <spdlog/spdlog.h>

#include "serve/public_text.hpp"

namespace sluice::serve {
namespace {

ModelVersion unfound(const std::string& name, const base::Error& error) {
  ModelVersion entry;
  entry.name = name;
  entry.reason = without_paths(error.message);
  return entry;
}

ModelVersion entry(const PlannedModel& planned, const VersionFile& file) {
  ModelVersion found{planned.options.name, file.version, planned, {}, nullptr, true, {}};
  found.planned.options.name = fmt::format("{}:{}", found.name, file.version);
  found.planned.options.path = file.path;
  found.stamp = stamp_of(file.path).value_or(FileStamp{});
  return found;
}

Catalog survey_model(const PlannedModel& planned) {
  const std::string& name = planned.options.name;
  if (planned.options.backend == "synthetic") return {entry(planned, {"1", {}})};
  const auto files = find_versions(planned.options.path);
  if (!files) return {unfound(name, files.error())};
  Catalog found;
  for (const VersionFile& file : *files) {
    if (planned.versions.empty() ||
        std::ranges::find(planned.versions, file.version) != planned.versions.end()) {
      found.push_back(entry(planned, file));
    }
  }
  for (const std::string& version : planned.versions) {
    if (find(found, name, version) != nullptr) continue;
    ModelVersion missing = entry(planned, {version, {}});
    missing.reason = fmt::format("version {} is not in the model's folder", version);
    found.push_back(std::move(missing));
  }
  std::ranges::sort(found, older, &ModelVersion::version);
  return found;
}

Catalog survey_in_folder(const Plan& plan, const std::string& name) {
  const auto place = find_model(plan.model_folder, name);
  if (!place) return {unfound(name, place.error())};
  PlannedModel planned;
  planned.options = plan.folder_options;
  planned.options.name = name;
  planned.options.path = *place;
  return survey_model(planned);
}

Catalog survey_unordered(const Plan& plan, const std::string& name) {
  Catalog catalog;
  std::set<std::string> seen;
  const auto add = [&](Catalog found) { std::ranges::move(found, std::back_inserter(catalog)); };
  for (const PlannedModel& planned : plan.models) {
    seen.insert(planned.options.name);
    if (name.empty() || name == planned.options.name) add(survey_model(planned));
  }
  if (plan.model_folder.empty()) return catalog;
  if (!name.empty()) {
    if (!seen.contains(name)) add(survey_in_folder(plan, name));
    return catalog;
  }
  const auto names = model_names(plan.model_folder);
  if (!names) {
    add({unfound("(model folder)", names.error())});
    return catalog;
  }
  for (const std::string& found : *names) {
    if (!seen.contains(found)) add(survey_in_folder(plan, found));
  }
  return catalog;
}

}  // namespace

Catalog survey(const Plan& plan, const std::string& name) {
  Catalog catalog = survey_unordered(plan, name);
  std::ranges::stable_sort(catalog, {}, &ModelVersion::name);
  return catalog;
}

const ModelVersion* find(const Catalog& catalog, const std::string& name,
                         const std::string& version) {
  const auto found = std::ranges::find_if(catalog, [&](const ModelVersion& entry) {
    return entry.name == name && entry.version == version;
  });
  return found == catalog.end() ? nullptr : &*found;
}

bool same(const ModelVersion& found, const ModelVersion& loaded) {
  return found.stamp == loaded.stamp && found.planned.options == loaded.planned.options;
}

base::Status load_version(ModelVersion& version, const base::Clock& clock,
                          backend::CancelToken& cancel) {
  if (version.version.empty() ||
      (version.planned.options.path.empty() && version.planned.options.backend != "synthetic")) {
    return base::fail(base::ErrorCode::not_found, "model '{}': {}", version.name, version.reason);
  }
  auto loaded = model::load(version.planned.options, clock, &cancel);
  if (!loaded) {
    spdlog::error("{}", loaded.error().message);
    version.reason = without_paths(loaded.error().message);
    return base::fail(loaded.error().code, "{}", version.reason);
  }
  version.model = std::move(*loaded);
  const auto& info = version.model->info();
  version.reason = without_paths(version.model->remark());
  if (!version.reason.empty()) spdlog::warn("model {}: {}", info.name, version.model->remark());
  spdlog::info("model {}: ready on {}, {} instances", info.name, info.provider,
               version.model->instances());
  return {};
}

void replace(Catalog& catalog, const std::string& name, Catalog entries) {
  std::erase_if(catalog, [&](const ModelVersion& entry) { return entry.name == name; });
  const auto at = std::ranges::lower_bound(catalog, name, {}, &ModelVersion::name);
  catalog.insert(at, std::make_move_iterator(entries.begin()),
                 std::make_move_iterator(entries.end()));
}

}  // namespace sluice::serve
