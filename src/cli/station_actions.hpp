// The actions of one configuration's stations, at work.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/json/array.hpp>

#include "action/filter.hpp"
#include "action/queue.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "config/config.hpp"
#include "station/options.hpp"

namespace sluice::cli {

/// Thread-safe. Destroying it waits for the acts under way; the rest waits on disk.
class StationActions {
 public:
  /// Opens the queue in the stations' database `file` and starts to work it off. `clock` outlives
  /// the object. Errors name the station and action.
  static base::Result<std::shared_ptr<StationActions>> open(const config::Config& config,
                                                            const std::filesystem::path& file,
                                                            const base::Clock& clock);

  /// What a station calls; keeps the object alive.
  [[nodiscard]] static station::ActionHooks hooks(std::shared_ptr<StationActions> actions,
                                                  const std::string& station);

  /// Acts no more; waits for the acts under way. Others may hold the object still.
  void stop() { queue_->stop(); }

  /// [{"name", "state": "waiting" | "done" | "failed", "error"}]: what this process knows of the
  /// item's; empty: nothing.
  [[nodiscard]] boost::json::array of_item(const std::string& item) const;
  /// [{"name", "done", "failed", "waiting", "last_error"}]
  [[nodiscard]] boost::json::array of_station(const std::string& station) const;

 private:
  struct One {
    std::string name;  ///< within the station
    action::Filter filter;
  };
  struct Told {
    std::string state = "waiting";
    std::string error;
  };

  explicit StationActions(const base::Clock& clock) : clock_(clock) {}
  std::vector<std::string> due(const std::string& station, const action::Event& event);
  base::Status enqueue(const std::string& station, const store::Database& database,
                       const action::Event& event, const std::vector<std::string>& names);
  void told(const action::Outcome& outcome);
  std::map<std::string, Told>& of_recent(const std::string& item);

  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<One>> stations_;
  std::map<std::string, std::map<std::string, Told>> items_;  ///< the last few
  std::vector<std::string> order_;                            ///< of items_, oldest first
  std::unique_ptr<action::ActionQueue> queue_;                ///< last: its threads call told()
};

}  // namespace sluice::cli
