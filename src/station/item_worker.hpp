// Works off the triggers of one station: capture, save, inference, decision, actions.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "station/captures.hpp"
#include "station/display.hpp"
#include "station/inspector.hpp"
#include "station/item.hpp"
#include "station/options.hpp"
#include "station/outbox.hpp"
#include "station/tally.hpp"
#include "station/trigger_queue.hpp"

namespace sluice::station {

/// What the workers of all stations share. All of it outlives them.
struct Surroundings {
  TriggerQueue& queue;
  Outbox& outbox;
  const base::Clock& clock;
  WallClock wall;
};

/// PARAMETERS AND BEHAVIOUR
/// One item at a time, in the order of the triggers. Whatever fails (a camera, the graph, the blob
/// store) is noted in the item, which goes on; only a record store that fails stops it: the item is
/// held, done as it is, until its record can be kept. An item that a killed process had begun goes
/// on with the images that it had kept; one whose pictures were not taken yet is recorded as
/// failed, since what they would show is gone. Images that came with a trigger stay in the queue
/// until the item has ended, so that such an item begins again.
///
/// THREADS: step() on one thread; the rest is thread-safe.
class ItemWorker {
 public:
  /// `inspectors`: one per camera, in the order of the options. Everything passed by reference
  /// outlives the worker.
  ItemWorker(const StationOptions& options, std::vector<Inspector*> inspectors,
             const Surroundings& around, Display& display, Tally& tally);
  /// An item that could not be recorded is the next worker's.
  ~ItemWorker();
  ItemWorker(const ItemWorker&) = delete;
  ItemWorker& operator=(const ItemWorker&) = delete;

  /// Works off the oldest trigger, to its end. False: there is none. Errors: the queue cannot be
  /// read, or the item cannot be recorded now; the next step tries that again.
  base::Result<bool> step();

  /// Ends the captures that wait; their trigger is given back.
  void interrupt();

  /// Closes cameras that are devices which others may want; the next item opens them again. Not
  /// while a step is under way.
  void close_live() { cameras_.close_live(); }

  /// The item at work, as far as it has come, if it is this one.
  [[nodiscard]] std::optional<Item> current(const std::string& id) const;

 private:
  /// All but the record; nullopt: it was interrupted before there were pictures.
  std::optional<Item> work(const Accepted& trigger);
  Captured capture(Item& item, const Accepted& trigger, base::Time begun);
  /// No camera gave anything.
  [[nodiscard]] Captured none(const std::string& why) const;
  /// The images that an attempt before this one had kept.
  Captured kept_before(Item& item, const boost::json::object& progress, base::Time begun) const;
  void save(Item& item, Captured& captured);
  void infer(Item& item, Captured& captured, base::Time deadline);
  void decide(Item& item);
  base::Status conclude(const Item& item);
  void publish(const Item& item);
  void reach(Item& item, Stage stage, base::Time begun);

  const StationOptions& options_;
  const std::vector<Inspector*> inspectors_;
  const Surroundings around_;
  Display& display_;
  Tally& tally_;
  Cameras cameras_;
  std::optional<Item> unrecorded_;  ///< all is done but keeping its record
  mutable std::mutex mutex_;        ///< guards the below
  std::optional<Item> current_;
};

/// An item for try-outs: inference and decision on one sample, nothing kept, no action.
Item inspect_once(const StationOptions& options, std::size_t camera, Inspector& inspector,
                  camera::Sample sample, const base::Clock& clock, const WallClock& wall);

/// What actions are told of an item.
[[nodiscard]] action::Event event_of(const Item& item);

}  // namespace sluice::station
