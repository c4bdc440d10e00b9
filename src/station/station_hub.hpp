// The hub's implementation. Internal to station/.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/thread_pool.hpp>

#include "station/hub.hpp"

namespace sluice::station {

/// What a station keeps from one configuration to the next.
struct StationMemory {
  Display display;
  Tally tally;
};

/// Its functions are in hub.cpp (which stations are at work), hub_items.cpp (triggers and items)
/// and hub_view.cpp (what is told of the stations, and what is tried on them).
class StationHub final : public Hub {
 public:
  StationHub(std::unique_ptr<TriggerQueue> queue, std::unique_ptr<Outbox> outbox,
             const base::Clock& clock, WallClock wall, Editor editor)
      : queue_(std::move(queue)),
        outbox_(std::move(outbox)),
        clock_(clock),
        wall_(std::move(wall)),
        editor_(std::move(editor)),
        workers_(std::max(2U, std::thread::hardware_concurrency())) {}

  ~StationHub() override {
    stop(take_out());
    workers_.join();
  }

  std::shared_ptr<void> start(StationSet set, runtime::Engine& engine) override;
  void pause() override { stop(working()); }
  const std::filesystem::path& state_file() const override { return queue_->file(); }
  void on_actions(std::function<boost::json::array(const std::string&)> of_item,
                  std::function<boost::json::array(const std::string&)> of_station) override {
    actions_of_item_ = std::move(of_item);
    actions_of_station_ = std::move(of_station);
  }

  base::Result<std::string> trigger(const TriggerRequest& request) override;
  base::Result<boost::json::object> wait(const std::string& id, base::Duration timeout) override;
  base::Result<Items> items(const store::Filter& filter, std::size_t limit,
                            const std::string& after) const override;
  base::Result<boost::json::object> item(const std::string& id) const override;
  base::Result<std::vector<std::string>> binaries(const std::string& id) const override;
  base::Result<std::string> binary(const std::string& id, const std::string& camera,
                                   bool overlay) const override;
  boost::json::object inventory() const override;
  boost::json::object configurations() const override;
  std::string active() const override;
  base::Status activate(const std::string& station) override;
  boost::json::array stations() const override;
  base::Result<std::string> picture(const std::string& station, const std::string& camera,
                                    bool overlay) const override;
  base::Result<boost::json::object> attempt(const std::string& station, const std::string& camera,
                                            std::string file) override;
  base::Status push(const std::string& station, const std::string& camera,
                    std::string file) override;
  base::Result<std::string> text(const std::string& station) const override;
  std::vector<TextProblem> check_text(const std::string& station,
                                      const std::string& text) const override;
  base::Result<std::vector<TextProblem>> set_text(const std::string& station,
                                                  const std::string& text) override;
  base::Status remove_text(const std::string& station) override;

 private:
  /// What the stations of one configuration know of each other.
  struct Member {
    std::string name;
    Mode mode;
    Run run;
    std::size_t queue;
    std::string digest;
    std::vector<After> after;
  };
  using Roster = std::vector<Member>;

  /// The stations of one configuration.
  struct Working {
    boost::json::object inventory;
    std::shared_ptr<const Roster> roster;
    std::vector<std::unique_ptr<Station>> stations;
    std::vector<StationSet::Failed> failed;

    [[nodiscard]] Station* find(const std::string& name) const {
      for (const auto& station : stations) {
        if (station->options().name == name) return station.get();
      }
      return nullptr;
    }
  };
  using WorkingPtr = std::shared_ptr<const Working>;

  WorkingPtr working() const {
    const std::scoped_lock lock(mutex_);
    return in_force_;
  }
  StationMemory& memory(const std::string& station) const {
    const std::scoped_lock lock(mutex_);
    auto& slot = memories_[station];
    if (slot == nullptr) slot = std::make_unique<StationMemory>();
    return *slot;
  }
  base::Result<Station*> find(const Working& working, const std::string& name) const;
  base::Result<std::string> trigger(const Working& working, const std::string& name,
                                    const TriggerRequest& request) const;
  base::Result<store::Record> record(const std::string& id) const;
  std::string active_in(const Roster& roster) const;
  static bool enabled(const Member& station, const std::string& active) {
    return station.run == Run::always || station.name == active;
  }
  std::vector<Following> next_of(const Roster& roster, const Item& item) const;
  boost::json::object station_json(const Station& station, const std::string& active) const;
  boost::json::object failed_json(const StationSet::Failed& station) const;
  void warn_of_damage(const store::Record& record) const;
  void warn_of_strays(const Working& working) const;
  void ended(const Item& item);
  WorkingPtr take_out();
  static void stop(const WorkingPtr& set);

  const std::unique_ptr<TriggerQueue> queue_;
  const std::unique_ptr<Outbox> outbox_;
  const base::Clock& clock_;
  const WallClock wall_;
  const Editor editor_;
  std::function<boost::json::array(const std::string&)> actions_of_item_;
  std::function<boost::json::array(const std::string&)> actions_of_station_;
  boost::asio::thread_pool workers_;
  std::mutex switching_;  ///< held while it is decided which stations are enabled
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::unique_ptr<StationMemory>> memories_;
  mutable std::set<std::string> damaged_;  ///< records that were warned of
  WorkingPtr in_force_;
  std::condition_variable item_ended_;
};

}  // namespace sluice::station
