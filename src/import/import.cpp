#include "import/import.hpp"

#include <algorithm>
#include <optional>

#include <boost/json/value.hpp>

#include "base/text.hpp"
#include "import/gateway.hpp"
#include "import/parse.hpp"
#include "import/target.hpp"
#include "import/vio.hpp"
#include "import/write.hpp"

namespace sluice::import {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;

bool is_of(Origin origin, const Value& document) {
  if (origin == Origin::vio) return is_vio_inventory(document) || is_vio_station(document);
  return is_gateway_models(document) || is_gateway_pipelines(document);
}

json::object document_of(Target& target) {
  json::object out;
  if (!target.models.empty()) out["models"] = std::move(target.models);
  if (!target.serve.empty()) out["serve"] = std::move(target.serve);
  if (!target.stations.empty()) out["stations"] = std::move(target.stations);
  return out;
}

std::string header(Origin origin, const std::vector<Note>& notes) {
  const auto count = std::ranges::count(notes, NoteKind::changed, &Note::kind);
  return fmt::format(
      "# From the files of {}.\n# {} things mean something else than before, or need your hand: "
      "see the notes of `sluice import`.\n\n",
      origin == Origin::vio ? "the VIO edge orchestrator" : "edge-infer-gateway", count);
}

}  // namespace

std::string_view to_string(NoteKind kind) {
  switch (kind) {
    case NoteKind::mapped:
      return "mapped";
    case NoteKind::changed:
      return "changed";
    case NoteKind::left_out:
      break;
  }
  return "left out";
}

base::Result<Origin> guess_origin(std::span<const Input> inputs) {
  std::optional<Origin> origin;
  for (const auto& input : inputs) {
    const auto parsed = parse(input);
    if (!parsed) return tl::unexpected(parsed.error());
    // Only keys are looked at; what is wrong below them is told by the import.
    Log log;
    const Value document(*parsed, input.path, log);
    const bool vio = is_of(Origin::vio, document);
    if (!vio && !is_of(Origin::gateway, document)) {
      return fail(ErrorCode::invalid,
                  "{}: is neither a file of VIO (`cameras`, `pipeline_steps`, or an inventory) nor "
                  "of edge-infer-gateway (`models`, `pipelines`)",
                  input.path);
    }
    const auto found = vio ? Origin::vio : Origin::gateway;
    if (origin && *origin != found) {
      return fail(ErrorCode::invalid,
                  "{}: is of another program than the files before; import "
                  "them apart",
                  input.path);
    }
    origin = found;
  }
  if (!origin) return fail(ErrorCode::invalid, "there is no file to import");
  return *origin;
}

base::Result<Imported> import_files(std::span<const Input> inputs, Origin origin) {
  Log log;
  std::vector<json::value> parsed;
  for (const auto& input : inputs) {
    auto document = parse(input);
    if (document) {
      parsed.push_back(std::move(*document));
    } else {
      log.problems.push_back(document.error().message);
    }
  }
  if (log.problems.empty()) {
    std::vector<Value> documents;
    for (std::size_t i = 0; i < parsed.size(); ++i) {
      documents.emplace_back(parsed[i], inputs[i].path, log);
    }
    Target target;
    if (origin == Origin::vio) {
      import_vio(documents, target);
    } else {
      import_gateway(documents, target);
    }
    if (log.problems.empty() && target.models.empty() && target.stations.empty()) {
      log.problems.push_back("there is no model and no station in these files");
    }
    if (target.models.empty() && !documents.empty()) {
      documents.front().changed(
          "no station has a model, and a configuration needs some: make the folder `models`");
      target.serve["models"] = "models";
    }
    if (log.problems.empty()) {
      auto yaml = header(origin, log.notes) + to_yaml(document_of(target));
      return Imported{std::move(yaml), std::move(target.files), std::move(log.notes)};
    }
  }
  return fail(ErrorCode::invalid, "{}", base::join(log.problems, "\n"));
}

}  // namespace sluice::import
