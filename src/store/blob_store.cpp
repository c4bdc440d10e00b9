#include "store/blob_store.hpp"

namespace sluice::store {

base::Result<std::uint64_t> BlobStore::bytes(const std::string& folder) const {
  const auto names = list(folder);
  if (!names) return tl::unexpected(names.error());
  std::uint64_t sum = 0;
  for (const std::string& name : *names) {
    const auto blob = get(name);
    if (!blob && blob.error().code != base::ErrorCode::not_found) {
      return tl::unexpected(blob.error());
    }
    if (blob) sum += blob->size();
  }
  return sum;
}

}  // namespace sluice::store
