// Blobs that go to a place far away, by way of the disk.
#pragma once

#include <memory>

#include "store/blob_store.hpp"
#include "store/options.hpp"
#include "store/spool.hpp"
#include "store/upload_queue.hpp"

namespace sluice::store {

/// put() and remove() are done once they are durable on disk; they follow at the other store in the
/// same order, each at least once, however long that is away and however often the process ends.
/// When the spool is full, what is new is refused (unavailable) and what waits is kept. What has
/// arrived is no longer kept here: get() and list() put together what waits and what the
/// other store says, with its errors. So remove() cannot tell that a blob that does not wait here
/// is missing, and succeeds. Thread-safe.
class SpoolingBlobStore final : public BlobStore {
 public:
  /// The options are checked. Nothing is sent before start() or step(). Errors: as Spool::open().
  static base::Result<std::unique_ptr<SpoolingBlobStore>> open(const SpoolOptions& options,
                                                               std::unique_ptr<BlobStore> remote,
                                                               const base::Clock& clock);

  base::Status put(const std::string& name, std::span<const std::byte> bytes) override;
  [[nodiscard]] base::Result<Bytes> get(const std::string& name) const override;
  base::Status remove(const std::string& name) override;
  [[nodiscard]] base::Result<std::vector<std::string>> list(
      const std::string& folder) const override;
  /// Of the other store, and of what waits.
  [[nodiscard]] base::Result<std::uint64_t> bytes(const std::string& folder) const override;
  [[nodiscard]] bool waiting(const std::string& folder) const override;
  [[nodiscard]] std::optional<UploadCounters> uploads() const override;

  /// As UploadQueue's.
  base::Time step() { return queue_.step(); }
  void start() { queue_.start(); }

 private:
  SpoolingBlobStore(const SpoolOptions& options, std::unique_ptr<Spool> spool,
                    std::unique_ptr<BlobStore> remote, const base::Clock& clock);
  base::Result<bool> send_first();

  std::unique_ptr<Spool> spool_;
  std::unique_ptr<BlobStore> remote_;
  UploadQueue queue_;  // the last: its thread uses the others
};

}  // namespace sluice::store
