#include "store/spooling_blob_store.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace sluice::store {

base::Result<std::unique_ptr<SpoolingBlobStore>> SpoolingBlobStore::open(
    const SpoolOptions& options, std::unique_ptr<BlobStore> remote, const base::Clock& clock) {
  auto spool = Spool::open(options.path, options.most_bytes);
  if (!spool) return tl::unexpected(spool.error());
  return std::unique_ptr<SpoolingBlobStore>(
      new SpoolingBlobStore(options, std::move(*spool), std::move(remote), clock));
}

SpoolingBlobStore::SpoolingBlobStore(const SpoolOptions& options, std::unique_ptr<Spool> spool,
                                     std::unique_ptr<BlobStore> remote, const base::Clock& clock)
    : spool_(std::move(spool)),
      remote_(std::move(remote)),
      queue_([this] { return send_first(); }, BackOff(options.retry_first, options.retry_most),
             clock) {}

base::Result<bool> SpoolingBlobStore::send_first() {
  const auto change = spool_->first();
  if (!change) return false;
  base::Status sent;
  if (change->removes) {
    sent = remote_->remove(change->name);
    if (!sent && sent.error().code == base::ErrorCode::not_found) sent = {};
  } else {
    const auto bytes = spool_->read(*change);
    if (!bytes) return tl::unexpected(bytes.error());
    sent = remote_->put(change->name, *bytes);
  }
  if (sent) sent = spool_->done(*change);
  if (!sent) return tl::unexpected(sent.error());
  return true;
}

base::Status SpoolingBlobStore::put(const std::string& name, std::span<const std::byte> bytes) {
  if (auto ok = spool_->put(name, bytes); !ok) return ok;
  queue_.wake();
  return {};
}

base::Result<Bytes> SpoolingBlobStore::get(const std::string& name) const {
  const auto change = spool_->latest(name);
  if (!change) return remote_->get(name);
  if (change->removes) {
    return base::fail(base::ErrorCode::not_found, "there is no blob '{}'", name);
  }
  auto bytes = spool_->read(*change);
  // It has arrived meanwhile.
  if (!bytes && bytes.error().code == base::ErrorCode::not_found) return remote_->get(name);
  return bytes;
}

base::Status SpoolingBlobStore::remove(const std::string& name) {
  if (const auto change = spool_->latest(name); change && change->removes) {
    return base::fail(base::ErrorCode::not_found, "there is no blob '{}'", name);
  }
  if (auto ok = spool_->remove(name); !ok) return ok;
  queue_.wake();
  return {};
}

base::Result<std::vector<std::string>> SpoolingBlobStore::list(const std::string& folder) const {
  // First what waits: what arrives in between is then in both, and not in none.
  const auto waiting = spool_->below(folder);
  auto names = remote_->list(folder);
  if (!names) return names;
  std::erase_if(*names, [&](const std::string& name) { return waiting.contains(name); });
  for (const auto& [name, change] : waiting) {
    if (!change.removes) names->push_back(name);
  }
  std::ranges::sort(*names);
  return names;
}

base::Result<std::uint64_t> SpoolingBlobStore::bytes(const std::string& folder) const {
  const auto waiting = spool_->below(folder);
  auto sum = remote_->bytes(folder);
  if (!sum) return sum;
  for (const auto& [name, change] : waiting) {
    if (change.removes) continue;
    const auto blob = spool_->read(change);
    if (blob) *sum += blob->size();
  }
  return sum;
}

bool SpoolingBlobStore::waiting(const std::string& folder) const {
  return spool_->latest(folder).has_value() || spool_->waits_below(folder);
}

std::optional<UploadCounters> SpoolingBlobStore::uploads() const {
  UploadCounters counters = spool_->counters();
  counters.sent = queue_.sent();
  counters.last_error = queue_.last_error();
  return counters;
}

}  // namespace sluice::store
