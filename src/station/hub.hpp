// The stations of a daemon: those in force, and what outlives a configuration.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "runtime/engine.hpp"
#include "station/display.hpp"
#include "station/options.hpp"
#include "station/service.hpp"
#include "station/station.hpp"
#include "station/tally.hpp"
#include "station/trigger_queue.hpp"

namespace sluice::station {

/// A configuration's stations, checked and bound to the models; not yet at work.
struct StationSet {
  struct One {
    StationOptions options;
    std::vector<InspectionPlan> plans;  ///< one per camera
  };
  /// A station that cannot work as it is configured.
  struct Failed {
    std::string name;
    Mode mode = Mode::item;
    Run run = Run::always;
    std::string digest;  ///< StationOptions::digest of that configuration
    boost::json::object configuration;
    std::string error;
  };
  std::vector<One> stations;
  std::vector<Failed> failed;
  boost::json::object inventory;
};

/// Reads and writes stations that have files of their own.
struct Editor {
  std::function<base::Result<std::string>(const std::string& station)> text;
  std::function<std::vector<TextProblem>(const std::string& station, const std::string& text)>
      check;
  std::function<base::Status(const std::string& station, const std::string& text)> write;
  std::function<base::Status(const std::string& station)> remove;
};

/// Implements Service over the set in force.
class Hub : public Service {
 public:
  /// `folder`: for the durable state. `clock` outlives the hub. Errors: the folder cannot be used.
  static base::Result<std::unique_ptr<Hub>> open(const std::filesystem::path& folder,
                                                 const base::Clock& clock, WallClock wall,
                                                 Editor editor);

  /// Puts a set to work on an engine, and ends what was there before it. The handle ends the set
  /// when it is destroyed, which the engine must outlive.
  virtual std::shared_ptr<void> start(StationSet set, runtime::Engine& engine) = 0;

  /// Ends the stations at work, if there are any. Until start() they take triggers, which wait, and
  /// answer for themselves.
  virtual void pause() = 0;

  /// The file in which actions keep their queue, too.
  [[nodiscard]] virtual const std::filesystem::path& state_file() const = 0;
  /// Given out with item(): what became of an item's actions. Set before start().
  virtual void on_actions(
      std::function<boost::json::array(const std::string& item)> of_item,
      std::function<boost::json::array(const std::string& station)> of_station) = 0;
};

}  // namespace sluice::station
