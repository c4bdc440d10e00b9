// One run of a station, and its record.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "base/time.hpp"
#include "rules/camera.hpp"
#include "station/inspector.hpp"
#include "store/record_store.hpp"

namespace sluice::station {

/// How far an item has come: what it is at now.
enum class Stage : std::uint8_t { trigger, capture, save, inference, decision, actions, done };
/// "Trigger", "Capture", "Save Binaries", "Inference", "Decision", "Actions", "Done": the words
/// that users of the VIO edge orchestrator know.
[[nodiscard]] const char* to_string(Stage stage);

/// What asked for the item.
struct Trigger {
  std::string by = "api";  ///< api, upload, timer, mqtt, line, station, source
  std::string serial_number{};
  std::string category{};

  bool operator==(const Trigger&) const = default;
};

/// What went wrong on the way; the item goes on.
struct ItemError {
  Stage stage = Stage::trigger;
  std::string camera;  ///< empty: the item as a whole
  std::string message;
};

/// One camera's part of an item.
struct CameraPart {
  std::string source;  ///< what the sample is called: a file, or camera and number
  store::WallTime captured{};
  std::string image;  ///< its name in the blob store; empty: not kept
  int width = 0;      ///< 0: no image
  int height = 0;
  /// The names and results of the steps; empty: nothing was inferred.
  std::vector<std::string> step_names;
  Findings findings;
  std::optional<rules::CameraVerdict> verdict;  ///< unset: the camera has no rules, or no sample
};

struct Item {
  std::string id;
  std::string station;
  std::string configuration;  ///< digest of the station's configuration
  Trigger trigger;
  store::WallTime received{};
  Stage stage = Stage::trigger;
  std::map<std::string, CameraPart> cameras;
  std::optional<rules::Verdict> verdict;  ///< unset: not decided, or not to be
  std::vector<ItemError> errors;
  /// Since the trigger was accepted (by the run's clock) until each stage ended; unset: not yet.
  std::map<Stage, base::Duration> ended;
  base::Duration budget = base::kForever;
  std::vector<std::string> actions;  ///< those that this decision sets off

  [[nodiscard]] std::string decision() const;  ///< "OK", ..., or empty: none yet
  /// Whether it was decided within its budget; nullopt: not decided yet, or there is no budget.
  [[nodiscard]] std::optional<bool> on_time() const;
};

/// The item as clients and actions see it; docs/stations.md describes it.
[[nodiscard]] boost::json::object to_json(const Item& item);

[[nodiscard]] store::Record to_record(const Item& item);

/// "2026-11-22T12:00:00.123Z".
[[nodiscard]] std::string to_string(store::WallTime time);
/// The reverse, with or without milliseconds, or the date alone; nullopt: not such a time.
[[nodiscard]] std::optional<store::WallTime> wall_time_from(const std::string& text);

}  // namespace sluice::station
