// Changes of blobs that wait on disk, in order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "store/blob_store.hpp"

namespace sluice::store {

/// A change is a file with the next number as its name: the line "put NAME" or "remove NAME", and
/// then the blob's bytes. One write makes it whole and durable, and its place in the order, too.
/// One spool at a time may use a folder. Thread-safe.
class Spool {
 public:
  struct Change {
    std::uint64_t number = 0;
    bool removes = false;
    std::string name;
  };

  /// Creates the folder where it is missing; finds again what waited when the process ended.
  /// Errors: io, unavailable; invalid names a file that is not one of its own.
  static base::Result<std::unique_ptr<Spool>> open(const std::filesystem::path& folder,
                                                   std::uint64_t most_bytes);

  /// Durable when it returns. Errors: invalid (the name), unavailable (the spool or the disk is
  /// full: nothing that waits is given up for something new), io.
  base::Status put(const std::string& name, std::span<const std::byte> bytes);
  base::Status remove(const std::string& name);

  /// The oldest change, or the latest of one blob.
  [[nodiscard]] std::optional<Change> first() const;
  [[nodiscard]] std::optional<Change> latest(const std::string& name) const;
  /// The bytes of a change that puts. Errors: not_found (it is done meanwhile), io.
  [[nodiscard]] base::Result<Bytes> read(const Change& change) const;
  /// Forgets a change. Errors: io.
  base::Status done(const Change& change);

  /// Does a change below the folder wait?
  [[nodiscard]] bool waits_below(const std::string& folder) const;
  /// Names below the folder, each with its latest change, in byte order.
  [[nodiscard]] std::map<std::string, Change> below(const std::string& folder) const;
  /// `waiting` and `bytes`.
  [[nodiscard]] UploadCounters counters() const;

 private:
  struct Held {
    Change change;
    std::uint64_t bytes = 0;
  };

  Spool(std::filesystem::path folder, std::uint64_t most_bytes)
      : folder_(std::move(folder)), most_bytes_(most_bytes) {}
  base::Status load();
  base::Status add(bool removes, const std::string& name, std::span<const std::byte> bytes);
  void hold(Held held);
  [[nodiscard]] std::filesystem::path file_of(std::uint64_t number) const;

  std::filesystem::path folder_;
  std::uint64_t most_bytes_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, Held> changes_;
  std::map<std::string, std::uint64_t> latest_;
  std::uint64_t bytes_ = 0;
  std::uint64_t next_ = 1;
};

}  // namespace sluice::store
