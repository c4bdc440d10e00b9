// Records that are kept here and follow in a database elsewhere.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "store/options.hpp"
#include "store/record_store.hpp"
#include "store/sqlite.hpp"
#include "store/sqlite_record_store.hpp"
#include "store/upload_queue.hpp"

namespace sluice::store {

/// The SQLite file is the truth: all calls are answered from it and none waits for the network.
/// Table `uploads` there has the ids whose latest change the other store does not know yet, in the
/// order of these changes; triggers write it in the same transaction as the record. So several
/// changes of one record that wait are sent as one, at least once. A record that the other store
/// can never take (invalid) is counted and stays here. Where the file has reached `most_bytes`,
/// put() fails (unavailable) until records are removed. Thread-safe.
class SpoolingRecordStore final : public RecordStore {
 public:
  /// The options are checked. Nothing is sent before start() or step(). The first time, the records
  /// of an existing file all wait. Errors: as SqliteRecordStore::open().
  static base::Result<std::unique_ptr<SpoolingRecordStore>> open(
      const SpoolOptions& options, std::unique_ptr<RecordStore> remote, const base::Clock& clock);

  base::Status put(const Record& record) override;
  [[nodiscard]] base::Result<Record> get(const std::string& id) const override;
  base::Status remove(const std::string& id) override;
  [[nodiscard]] base::Result<Page> find(const Query& query) const override;
  [[nodiscard]] bool waiting(const std::string& id) const override;
  [[nodiscard]] std::optional<UploadCounters> uploads() const override;

  /// As UploadQueue's.
  base::Time step() { return queue_.step(); }
  void start() { queue_.start(); }

 private:
  SpoolingRecordStore(const SpoolOptions& options, std::unique_ptr<SqliteRecordStore> local,
                      Database uploads, std::unique_ptr<RecordStore> remote,
                      const base::Clock& clock);
  base::Result<bool> send_first();
  base::Status send(const std::string& id);

  std::unique_ptr<SqliteRecordStore> local_;
  mutable std::mutex mutex_;
  Database uploads_;  ///< with mutex_; a second connection to the file
  std::unique_ptr<RecordStore> remote_;
  std::atomic<std::uint64_t> refused_{0};
  UploadQueue queue_;  // the last: its thread uses the others
};

}  // namespace sluice::store
