// What the user says about a station, made ready to run.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "action/action.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "camera/camera.hpp"
#include "rules/item_rule.hpp"
#include "rules/temporal.hpp"
#include "station/inspector.hpp"
#include "station/item.hpp"
#include "station/trigger_queue.hpp"
#include "store/blob_store.hpp"
#include "store/record_store.hpp"
#include "store/sqlite.hpp"

namespace sluice::station {

enum class Mode : std::uint8_t {
  item,    ///< each trigger is one item: every camera takes a picture
  stream,  ///< every frame is judged; events last
};
[[nodiscard]] const char* to_string(Mode mode);

enum class Run : std::uint8_t {
  always,
  when_active,  ///< one of these stations at a time
};
[[nodiscard]] const char* to_string(Run run);

struct CameraOptions {
  std::string name;
  std::string source;  ///< its type, for the inventory: "images"
  /// A live camera's picture counts for an item only if it was taken after the trigger.
  bool live = false;
  std::function<base::Result<std::unique_ptr<camera::Camera>>()> open;
  /// Of a source that takes samples in requests; empty: it takes none.
  std::function<base::Status(camera::Sample)> push{};
};

/// What acts on decisions. Thread-safe. Empty functions: there are no actions.
struct ActionHooks {
  /// The names of the actions that the event sets off.
  std::function<std::vector<std::string>(const action::Event&)> due;
  /// Writes them to the queue's file, in the caller's transaction.
  std::function<base::Status(const store::Database&, const action::Event&,
                             const std::vector<std::string>&)>
      enqueue;
  /// That transaction is committed.
  std::function<void()> enqueued;
};

/// Begins to listen for triggers, and calls `fire` for each, on any thread, until the handle is
/// destroyed. Errors: what it listens to cannot be had.
using TriggerSource =
    std::function<base::Result<std::shared_ptr<void>>(std::function<void(Trigger)> fire)>;

/// An item of that station, decided so, is a trigger.
struct After {
  std::string station;
  std::vector<rules::Decision> on;  ///< empty: any
};

struct StationOptions {
  std::string name;
  Mode mode = Mode::item;
  Run run = Run::always;
  /// From the trigger (item) or the capture (stream) to the decision; kForever: none.
  base::Duration budget = base::kForever;
  std::size_t queue = 64;  ///< triggers that may wait
  base::Duration capture_timeout{std::chrono::seconds(5)};
  base::Duration every = base::kForever;        ///< period of its timer; kForever: none
  std::vector<TriggerSource> triggers;          ///< beside timer and API
  int jpeg_quality = 90;                        ///< of kept images that came as pixels
  std::vector<CameraOptions> cameras;           ///< at least one
  std::optional<rules::ItemRule> rule;          ///< item mode; unset: all cameras
  rules::TemporalOptions event;                 ///< stream mode
  std::shared_ptr<store::BlobStore> images;     ///< null: images are not kept
  std::shared_ptr<store::RecordStore> records;  ///< never null
  ActionHooks actions;
  std::vector<After> after;  ///< stations whose items trigger this one
  /// The triggers that an item's end sets off: they are accepted together with it. May be empty.
  std::function<std::vector<Following>(const Item&)> next;
  /// Told of each item that has ended; may be empty.
  std::function<void(const Item&)> ended;
  boost::json::object configuration;  ///< as in the file, without secrets
  std::string digest;                 ///< of the configuration
};

/// The calendar's time, UTC.
using WallClock = std::function<store::WallTime()>;

}  // namespace sluice::station
