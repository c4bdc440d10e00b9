// The models of a daemon: which versions there are, which are loaded, and why the others are not.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backend/cancel_token.hpp"
#include "base/time.hpp"
#include "model/repository.hpp"
#include "serve/model_files.hpp"
#include "serve/plan.hpp"
#include "serve/service.hpp"

namespace sluice::serve {

/// One version of one model.
struct ModelVersion {
  std::string name;
  std::string version;  ///< empty: none was found
  /// As configured, but its options are named "NAME:VERSION" and its path is the version's file.
  PlannedModel planned;
  FileStamp stamp;  ///< of the file as it was last loaded, or tried; zero for models without one
  std::shared_ptr<model::Model> model;  ///< nullptr: not loaded
  bool wanted = true;                   ///< false: an operator unloaded it
  /// Why it is not loaded; or, if it is, model::Model::remark(), or why what is in its place now
  /// could not be loaded.
  std::string reason;
};

/// By name, then version, oldest first. A value: candidates are made from the one in force, and
/// take its place as a whole.
using Catalog = std::vector<ModelVersion>;

/// What lies where the plan says, as versions that are not loaded. `name`: only this model; else
/// all. A model that cannot be found is an entry without version and with a reason.
[[nodiscard]] Catalog survey(const Plan& plan, const std::string& name = {});

/// The entry of that name and version; nullptr: none.
[[nodiscard]] const ModelVersion* find(const Catalog& catalog, const std::string& name,
                                       const std::string& version);

/// Whether `found` would load what `loaded` has: the same options and an unchanged file.
[[nodiscard]] bool same(const ModelVersion& found, const ModelVersion& loaded);

/// Loads, checks and warms up. On an error `reason` tells it, without paths. May take long; logs.
base::Status load_version(ModelVersion& version, const base::Clock& clock,
                          backend::CancelToken& cancel);

/// Puts `entries` in the place of everything that the catalog has under the name.
void replace(Catalog& catalog, const std::string& name, Catalog entries);

}  // namespace sluice::serve
