// Blobs as files: the default.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <shared_mutex>

#include "store/blob_store.hpp"

namespace sluice::store {

/// A blob "a/b.jpg" is the file a/b.jpg below the store's folder. Files are written under
/// another name in .partial/, synced and renamed. One store at a time may use a folder.
/// Thread-safe.
class FilesystemBlobStore final : public BlobStore {
 public:
  /// Creates the folder where it is missing, and deletes what an earlier process left half
  /// written. Errors (io, unavailable) name the path.
  static base::Result<std::unique_ptr<FilesystemBlobStore>> open(
      const std::filesystem::path& folder);

  base::Status put(const std::string& name, std::span<const std::byte> bytes) override;
  [[nodiscard]] base::Result<Bytes> get(const std::string& name) const override;
  base::Status remove(const std::string& name) override;
  [[nodiscard]] base::Result<std::vector<std::string>> list(
      const std::string& folder) const override;
  [[nodiscard]] base::Result<std::uint64_t> bytes(const std::string& folder) const override;

 private:
  explicit FilesystemBlobStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path folder_;
  /// Held alone to remove empty folders, shared while a file comes into one.
  std::shared_mutex folders_;
  std::atomic<std::uint64_t> next_partial_{0};
};

}  // namespace sluice::store
