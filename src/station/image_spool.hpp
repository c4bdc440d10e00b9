// The images that came with triggers, until their items have ended. Internal to station/.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "store/filesystem_blob_store.hpp"

namespace sluice::station {

/// A folder of files ITEM.CAMERA. All are in one folder, since one for each item would have to be
/// synced, too; which there are is remembered, so that none has to be looked for. Thread-safe.
class ImageSpool {
 public:
  /// Opens or creates `folder`. Deletes the images of items that are not `wanted`. Errors: as
  /// `wanted`; io, unavailable.
  static base::Result<std::unique_ptr<ImageSpool>> open(
      const std::filesystem::path& folder,
      const std::function<base::Result<bool>(const std::string& item)>& wanted);

  /// When it returns without error the image survives a crash. `item` has no dot. Errors: invalid
  /// (a name), unavailable, io.
  base::Status keep(const std::string& item, const std::string& camera, std::string_view file);
  /// The cameras of which an item has images, sorted.
  [[nodiscard]] std::vector<std::string> cameras(const std::string& item) const;
  /// Errors: not_found, io.
  [[nodiscard]] base::Result<std::string> file(const std::string& item,
                                               const std::string& camera) const;
  /// Deletes an item's images. What cannot be deleted is at the next start.
  void forget(const std::string& item);

 private:
  explicit ImageSpool(std::unique_ptr<store::BlobStore> files) : files_(std::move(files)) {}

  const std::unique_ptr<store::BlobStore> files_;
  mutable std::mutex mutex_;                              ///< guards the below
  std::map<std::string, std::set<std::string>> cameras_;  ///< by item
};

}  // namespace sluice::station
