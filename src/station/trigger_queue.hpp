// Accepted triggers on disk: what a killed process has promised and not done.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "base/time.hpp"
#include "station/image_spool.hpp"
#include "station/item.hpp"
#include "store/sqlite.hpp"

namespace sluice::station {

/// A trigger that was accepted and whose item has not ended.
struct Accepted {
  std::string id;  ///< the item's
  std::string station;
  std::string configuration;  ///< digest at the time
  Trigger trigger;
  store::WallTime received{};
  /// By this process's clock; unset: it was accepted by a process before.
  std::optional<base::Time> at{};
  /// How often work on it began, this time included.
  int attempts = 0;
  /// What progress() was last told of; empty: nothing yet.
  boost::json::object progress{};
};

/// A trigger that an item's end sets off.
struct Following {
  Accepted trigger;
  std::size_t capacity = 0;  ///< as in accept()
};

/// What happens together with the end of an item.
struct Ending {
  /// Writes to the file; may be empty.
  std::function<base::Status(const store::Database&)> within{};
  std::vector<Following> next{};
  /// Called once all that is done, before anybody can see it; must not use the queue; may be empty.
  std::function<void()> ended{};
};

/// A file of accepted triggers (SQLite) and, beside it, a folder with the images that came with
/// them. Each trigger leaves it exactly once, by finish(). Thread-safe.
class TriggerQueue {
 public:
  /// Opens or creates `folder`. Deletes images whose trigger was never accepted. Errors (io,
  /// unavailable, unsupported) name the file.
  static base::Result<std::unique_ptr<TriggerQueue>> open(const std::filesystem::path& folder);

  /// The images that come with triggers: they are kept before their trigger is accepted, and are
  /// forgotten when it leaves the queue.
  [[nodiscard]] ImageSpool& images() { return *spool_; }

  /// When it returns without error the trigger survives a crash. `capacity`: of the station's
  /// triggers that wait. Errors: unavailable (that many wait; the disk is full), io.
  base::Status accept(const Accepted& trigger, std::size_t capacity);

  /// The station's oldest trigger that is not claimed, which it then is until finish(), release()
  /// or the process's end. nullopt: there is none. A power cut may undo the claim of a trigger that
  /// came with images, which can be looked at again; it undoes no other.
  base::Result<std::optional<Accepted>> claim(const std::string& station);
  /// Gives a claimed trigger back; the claim does not count as an attempt.
  void release(const std::string& id);
  /// Gives a claimed trigger back; the claim counts.
  void abandon(const std::string& id);

  /// Remembers how far a claimed item has come.
  base::Status progress(const std::string& id, const boost::json::object& progress);

  /// Ends a claimed item: what `ending` writes to the file, the triggers it sets off, and the
  /// trigger's removal happen all or not at all. Returns the stations that have no room for the
  /// trigger that was set off. Error: as Ending::within; unavailable, io; the trigger is then still
  /// claimed.
  base::Result<std::vector<std::string>> finish(const std::string& id, const Ending& ending);

  /// Triggers of the station, claimed ones included.
  [[nodiscard]] std::size_t size(const std::string& station) const;
  /// Stations that have triggers.
  [[nodiscard]] base::Result<std::vector<std::string>> stations() const;
  /// The trigger of an item that has not ended. Error: not_found, io.
  [[nodiscard]] base::Result<Accepted> find(const std::string& id) const;

  /// A word that is kept, such as the active station's name; empty: none.
  [[nodiscard]] base::Result<std::string> setting(const std::string& key) const;
  base::Status set_setting(const std::string& key, const std::string& value);

  /// The database's file, for others that keep tables in it.
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
  TriggerQueue(std::filesystem::path file, store::Database database)
      : file_(std::move(file)), database_(std::move(database)) {}
  base::Result<bool> add(const Accepted& trigger, std::size_t capacity);
  [[nodiscard]] base::Result<std::optional<Accepted>> first_unclaimed(
      const std::string& station) const;

  const std::filesystem::path file_;
  mutable std::mutex mutex_;  ///< guards the below but spool_
  store::Database database_;
  std::set<std::string> claimed_;
  std::map<std::string, base::Time> accepted_at_;  ///< by item
  std::unique_ptr<ImageSpool> spool_;              ///< is there from open() on
};

}  // namespace sluice::station
