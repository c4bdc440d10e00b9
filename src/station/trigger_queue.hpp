// Accepted triggers on disk: what a killed process has promised and not done.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "station/item.hpp"
#include "store/filesystem_blob_store.hpp"
#include "store/sqlite.hpp"

namespace sluice::station {

/// A trigger that was accepted and whose item has not ended.
struct Accepted {
  std::string id;  ///< the item's
  std::string station;
  std::string configuration;  ///< digest at the time
  Trigger trigger;
  store::WallTime received{};
  /// How often work on it began, this time included.
  int attempts = 0;
  /// What progress() was last told of; empty: nothing yet.
  boost::json::object progress{};
};

/// A file of accepted triggers (SQLite) and, beside it, a folder with the images that came with
/// them. Each trigger leaves it exactly once, by finish(). Thread-safe.
class TriggerQueue {
 public:
  /// Opens or creates `folder`. Deletes images whose trigger was never accepted. Errors (io,
  /// unavailable, unsupported) name the file.
  static base::Result<std::unique_ptr<TriggerQueue>> open(const std::filesystem::path& folder);

  /// Keeps an image for an item that is to be accepted next. `name`: the camera's.
  base::Status keep_image(const std::string& item, const std::string& name, std::string_view file);
  /// Deletes the images of an item that was not accepted or has ended. What cannot be deleted is at
  /// the next start.
  void forget_images(const std::string& item);
  /// The names of an item's images, and one of them.
  [[nodiscard]] base::Result<std::vector<std::string>> images(const std::string& item) const;
  [[nodiscard]] base::Result<std::string> image(const std::string& item,
                                                const std::string& name) const;

  /// When it returns without error the trigger survives a crash. `capacity`: of the station's
  /// triggers that wait. Errors: unavailable (that many wait; the disk is full), io.
  base::Status accept(const Accepted& trigger, std::size_t capacity);

  /// The station's oldest trigger that is not claimed, which it then is until finish(),
  /// release() or the process's end. nullopt: there is none.
  base::Result<std::optional<Accepted>> claim(const std::string& station);
  /// Gives a claimed trigger back; the claim does not count as an attempt.
  void release(const std::string& id);

  /// Remembers how far a claimed item has come.
  base::Status progress(const std::string& id, const boost::json::object& progress);

  /// Ends a claimed item: what `within` writes to the file, and the trigger's removal, happen both
  /// or neither. `ended` is called once that is so, before anybody can see it; it must not use the
  /// queue. Error: as `within`; unavailable, io; the trigger is then still claimed.
  base::Status finish(const std::string& id,
                      const std::function<base::Status(const store::Database&)>& within,
                      const std::function<void()>& ended = {});

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
  TriggerQueue(std::filesystem::path file, store::Database database,
               std::unique_ptr<store::BlobStore> spool)
      : file_(std::move(file)), database_(std::move(database)), spool_(std::move(spool)) {}
  base::Status forget_strays();
  [[nodiscard]] base::Result<std::optional<Accepted>> first_unclaimed(
      const std::string& station) const;

  const std::filesystem::path file_;
  mutable std::mutex mutex_;  ///< guards database_ and claimed_
  store::Database database_;
  std::set<std::string> claimed_;
  std::unique_ptr<store::BlobStore> spool_;
};

}  // namespace sluice::station
