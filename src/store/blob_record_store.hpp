// Records as JSON files, or objects of any other store of blobs.
#pragma once

#include <memory>

#include "store/blob_store.hpp"
#include "store/memory_record_store.hpp"
#include "store/record_store.hpp"

namespace sluice::store {

/// Record "x" is the blob "x.json": an object with Record's members, time in milliseconds since the
/// epoch. Keeps everything but the bodies in memory, too, for find(). Ids must be names of blobs;
/// other errors are those of the blobs. One store at a time may use the blobs. Thread-safe.
class BlobRecordStore final : public RecordStore {
 public:
  /// Reads every record. Errors: of the blobs, and invalid for one that is not a record.
  static base::Result<std::unique_ptr<BlobRecordStore>> open(std::unique_ptr<BlobStore> blobs);

  base::Status put(const Record& record) override;
  [[nodiscard]] base::Result<Record> get(const std::string& id) const override;
  base::Status remove(const std::string& id) override;
  [[nodiscard]] base::Result<Page> find(const Query& query) const override;

 private:
  explicit BlobRecordStore(std::unique_ptr<BlobStore> blobs) : blobs_(std::move(blobs)) {}

  mutable std::mutex mutex_;  ///< keeps blobs and index together
  std::unique_ptr<BlobStore> blobs_;
  MemoryRecordStore index_;  ///< records without bodies
};

}  // namespace sluice::store
