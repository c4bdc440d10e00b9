#include "cli/station_actions.hpp"

#include <chrono>

#include "action/event.hpp"
#include "action/queue_table.hpp"
#include "action/sinks.hpp"
#include "base/json.hpp"
#include "cli/station_triggers.hpp"
#include "station/item.hpp"
#include "store/database.hpp"

namespace sluice::cli {
namespace {

namespace json = boost::json;
using config::ActionConfig;

/// Items whose actions' ends are remembered for the pages.
constexpr std::size_t kRecent = 1000;

store::WallTime calendar_now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// Makes each kind of action.
struct MakeAction {
  using Made = base::Result<std::unique_ptr<action::Action>>;
  const ActionConfig& config;
  const std::string& station;
  const base::Clock& clock;

  Made operator()(const action::LogOptions& options) const {
    return action::make_log_action(options);
  }
  Made operator()(action::MqttOptions options) const {
    options.client = broker_options(config.broker);
    return action::make_mqtt_action(options, station);
  }
  Made operator()(const action::WebhookOptions& options) const {
    if (auto http = transfer::http_client(); !http) return tl::unexpected(http.error());
    return action::make_webhook_action(options);
  }
  Made operator()(const action::CommandOptions& options) const {
    return action::make_command_action(options);
  }
  Made operator()(const action::GpioOptions& options) const {
    return action::make_gpio_action(options);
  }
  Made operator()(const action::NdjsonFileOptions& options) const {
    return action::make_file_sink(options);
  }
  Made operator()(const store::PostgresqlOptions& options) const {
    const auto library = store::database_library();
    if (!library) return tl::unexpected(library.error());
    auto opened = (*library)->open_events(options, clock);
    if (!opened) return tl::unexpected(opened.error());
    std::shared_ptr<store::EventTable> table = std::move(*opened);
    return action::make_function_sink([table](const action::Event& event) {
      return table->insert({.id = action::unique_id(event),
                            .time = station::wall_time_from(event.time).value_or(calendar_now()),
                            .station = event.station,
                            .decision = event.decision,
                            .item_id = event.id,
                            .body = base::to_json(action::to_json(event))});
    });
  }
};

std::string queue_name(const std::string& station, const std::string& action) {
  return station + '/' + action;
}

}  // namespace

base::Result<std::shared_ptr<StationActions>> StationActions::open(
    const config::Config& config, const std::filesystem::path& file, const base::Clock& clock) {
  std::shared_ptr<StationActions> out(new StationActions(clock));
  std::vector<action::QueuedAction> queued;
  for (const auto& station : config.stations) {
    auto& list = out->stations_[station.name];
    for (const auto& one : station.actions) {
      const auto name = one.name.empty() ? config::action_type_name(one) : one.name;
      auto made = std::visit(MakeAction{one, station.name, clock}, one.options);
      if (!made) {
        return tl::unexpected(base::with_context(
            fmt::format("station {}, action {}", station.name, name), made.error()));
      }
      list.push_back({name, action::Filter(one.filter)});
      queued.push_back({queue_name(station.name, name), std::move(*made), one.queue});
    }
  }
  const auto dead_letters = file.parent_path() / "dead-letters.ndjson";
  auto queue = action::ActionQueue::open(
      file, {.path = dead_letters}, std::move(queued),
      [own = out.get()](const action::Outcome& outcome) { own->told(outcome); });
  if (!queue) return tl::unexpected(base::with_context("actions", queue.error()));
  out->queue_ = std::move(*queue);
  out->queue_->start(calendar_now);
  return out;
}

station::ActionHooks StationActions::hooks(std::shared_ptr<StationActions> actions,
                                           const std::string& station) {
  station::ActionHooks hooks;
  hooks.due = [actions, station](const action::Event& event) {
    return actions->due(station, event);
  };
  hooks.enqueue = [actions, station](const store::Database& database, const action::Event& event,
                                     const std::vector<std::string>& names) {
    return actions->enqueue(station, database, event, names);
  };
  hooks.enqueued = [actions] { actions->queue_->wake(); };
  return hooks;
}

std::vector<std::string> StationActions::due(const std::string& station,
                                             const action::Event& event) {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> names;
  for (auto& one : stations_[station]) {
    if (one.filter.pass(event, clock_.now()).empty()) names.push_back(one.name);
  }
  return names;
}

base::Status StationActions::enqueue(const std::string& station, const store::Database& database,
                                     const action::Event& event,
                                     const std::vector<std::string>& names) {
  std::vector<std::string> queues;
  for (const auto& name : names) queues.push_back(queue_name(station, name));
  if (auto added = action::add_to_queue(database, event, queues, calendar_now()); !added) {
    return added;
  }
  const std::scoped_lock lock(mutex_);
  auto& item = of_recent(event.id);
  for (const auto& name : names) item[name] = Told{};
  return {};
}

std::map<std::string, StationActions::Told>& StationActions::of_recent(const std::string& item) {
  const auto [found, added] = items_.try_emplace(item);
  if (added) {
    order_.push_back(item);
    if (order_.size() > kRecent) {
      items_.erase(order_.front());
      order_.erase(order_.begin());
    }
  }
  return found->second;
}

void StationActions::told(const action::Outcome& outcome) {
  const std::scoped_lock lock(mutex_);
  const auto slash = outcome.action.find('/');
  of_recent(outcome.event_id)[outcome.action.substr(slash + 1)] = {
      outcome.error.empty() ? "done" : "failed", outcome.error};
}

json::array StationActions::of_item(const std::string& item) const {
  const std::scoped_lock lock(mutex_);
  json::array out;
  const auto found = items_.find(item);
  if (found == items_.end()) return out;
  for (const auto& [name, told] : found->second) {
    out.push_back({{"name", name}, {"state", told.state}, {"error", told.error}});
  }
  return out;
}

json::array StationActions::of_station(const std::string& station) const {
  json::array out;
  const auto prefix = queue_name(station, "");
  for (const auto& counted : queue_->counters()) {
    if (!counted.name.starts_with(prefix)) continue;
    out.push_back({{"name", counted.name.substr(prefix.size())},
                   {"done", counted.done},
                   {"failed", counted.failed},
                   {"waiting", counted.waiting},
                   {"last_error", counted.last_error}});
  }
  return out;
}

}  // namespace sluice::cli
