// Blobs in memory: for tests, and for stations that need no past.
#pragma once

#include <map>
#include <mutex>

#include "store/blob_store.hpp"

namespace sluice::store {

/// Lost with the process. Thread-safe.
class MemoryBlobStore final : public BlobStore {
 public:
  base::Status put(const std::string& name, std::span<const std::byte> bytes) override;
  [[nodiscard]] base::Result<Bytes> get(const std::string& name) const override;
  base::Status remove(const std::string& name) override;
  [[nodiscard]] base::Result<std::vector<std::string>> list(
      const std::string& folder) const override;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Bytes> blobs_;
};

}  // namespace sluice::store
