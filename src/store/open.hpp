// Stores from what a user said.
#pragma once

#include <memory>

#include "base/time.hpp"
#include "store/blob_store.hpp"
#include "store/options.hpp"
#include "store/record_store.hpp"

namespace sluice::store {

/// Opens the store, and begins to send on what waits where it has a spool. Does not wait for the
/// network. The clock, for back-off, must outlive the store. Errors: of check(); io, unavailable,
/// invalid (folders and files; a key file); unsupported (a library is not installed).
base::Result<std::unique_ptr<BlobStore>> open_blob_store(const BlobStoreOptions& options,
                                                         const base::Clock& clock);
/// Likewise.
base::Result<std::unique_ptr<RecordStore>> open_record_store(const RecordStoreOptions& options,
                                                             const base::Clock& clock);

}  // namespace sluice::store
