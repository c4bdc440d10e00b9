#include "store/memory_blob_store.hpp"

namespace sluice::store {

base::Status MemoryBlobStore::put(const std::string& name, std::span<const std::byte> bytes) {
  if (auto ok = check_name(name); !ok) return ok;
  Bytes copy(bytes.begin(), bytes.end());
  const std::lock_guard lock(mutex_);
  blobs_.insert_or_assign(name, std::move(copy));
  return {};
}

base::Result<Bytes> MemoryBlobStore::get(const std::string& name) const {
  if (auto ok = check_name(name); !ok) return tl::unexpected(ok.error());
  const std::lock_guard lock(mutex_);
  const auto found = blobs_.find(name);
  if (found == blobs_.end()) {
    return base::fail(base::ErrorCode::not_found, "there is no blob '{}'", name);
  }
  return found->second;
}

base::Status MemoryBlobStore::remove(const std::string& name) {
  if (auto ok = check_name(name); !ok) return ok;
  const std::lock_guard lock(mutex_);
  if (blobs_.erase(name) == 0) {
    return base::fail(base::ErrorCode::not_found, "there is no blob '{}'", name);
  }
  return {};
}

base::Result<std::vector<std::string>> MemoryBlobStore::list(const std::string& folder) const {
  std::string prefix;
  if (!folder.empty()) {
    if (auto ok = check_name(folder); !ok) return tl::unexpected(ok.error());
    prefix = folder + "/";
  }
  std::vector<std::string> names;
  const std::lock_guard lock(mutex_);
  for (auto it = blobs_.lower_bound(prefix); it != blobs_.end(); ++it) {
    if (!it->first.starts_with(prefix)) break;
    names.push_back(it->first);
  }
  return names;
}

}  // namespace sluice::store
