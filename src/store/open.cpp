#include "store/open.hpp"

#include <utility>

#include "store/atomic_file.hpp"
#include "store/azure_service.hpp"
#include "store/blob_record_store.hpp"
#include "store/database.hpp"
#include "store/filesystem_blob_store.hpp"
#include "store/gcs_service.hpp"
#include "store/memory_blob_store.hpp"
#include "store/memory_record_store.hpp"
#include "store/object_blob_store.hpp"
#include "store/s3_service.hpp"
#include "store/spooling_blob_store.hpp"
#include "store/spooling_record_store.hpp"
#include "store/sqlite_record_store.hpp"

namespace sluice::store {
namespace {

using BlobPlace = base::Result<std::unique_ptr<BlobStore>>;
using RecordPlace = base::Result<std::unique_ptr<RecordStore>>;

template <class Options>
BlobPlace object_store(const char* name, std::unique_ptr<ObjectService> service,
                       const Options& options, transfer::HttpClient& client) {
  return std::make_unique<ObjectBlobStore>(
      name, std::move(service), options.prefix,
      ObjectBlobStore::Limits{options.timeout, options.ca_file}, client);
}

BlobPlace open_blobs(const MemoryOptions&) {
  return std::make_unique<MemoryBlobStore>();
}

BlobPlace open_blobs(const FilesystemOptions& options) {
  return FilesystemBlobStore::open(options.folder);
}

BlobPlace open_blobs(const S3Options& options) {
  const auto client = transfer::http_client();
  if (!client) return tl::unexpected(client.error());
  return object_store("S3", std::make_unique<S3Service>(options), options, **client);
}

BlobPlace open_blobs(const AzureOptions& options) {
  const auto client = transfer::http_client();
  if (!client) return tl::unexpected(client.error());
  auto account = parse_azure_account(options.connection_string);
  if (!account) return tl::unexpected(account.error());
  return object_store(
      "Azure", std::make_unique<AzureService>(std::move(*account), options.container, &system_time),
      options, **client);
}

BlobPlace open_blobs(const GcsOptions& options) {
  const auto client = transfer::http_client();
  if (!client) return tl::unexpected(client.error());
  auto token = GcsToken::open(options, **client, &system_time);
  if (!token) return tl::unexpected(token.error());
  return object_store("Google Cloud Storage",
                      std::make_unique<GcsService>(options, std::move(*token)), options, **client);
}

RecordPlace open_records(const MemoryOptions&, const base::Clock&) {
  return std::make_unique<MemoryRecordStore>();
}

RecordPlace open_records(const FilesystemOptions& options, const base::Clock&) {
  auto blobs = FilesystemBlobStore::open(options.folder);
  if (!blobs) return tl::unexpected(blobs.error());
  return BlobRecordStore::open(std::move(*blobs));
}

RecordPlace open_records(const SqliteOptions& options, const base::Clock&) {
  if (auto ok = make_folder(options.file.parent_path()); !ok) return tl::unexpected(ok.error());
  return SqliteRecordStore::open(options.file);
}

RecordPlace open_records(const PostgresqlOptions& options, const base::Clock& clock) {
  const auto library = database_library();
  if (!library) return tl::unexpected(library.error());
  return (*library)->open_postgresql(options, clock);
}

RecordPlace open_records(const MongodbOptions& options, const base::Clock& clock) {
  const auto library = database_library();
  if (!library) return tl::unexpected(library.error());
  return (*library)->open_mongodb(options, clock);
}

}  // namespace

base::Result<std::unique_ptr<BlobStore>> open_blob_store(const BlobStoreOptions& options,
                                                         const base::Clock& clock) {
  if (auto ok = check(options); !ok) return tl::unexpected(ok.error());
  auto place = std::visit([](const auto& one) { return open_blobs(one); }, options.place);
  if (!place || !options.spool) return place;
  auto spooling = SpoolingBlobStore::open(*options.spool, std::move(*place), clock);
  if (!spooling) return tl::unexpected(spooling.error());
  (*spooling)->start();
  return spooling;
}

base::Result<std::unique_ptr<RecordStore>> open_record_store(const RecordStoreOptions& options,
                                                             const base::Clock& clock) {
  if (auto ok = check(options); !ok) return tl::unexpected(ok.error());
  auto place = std::visit([&](const auto& one) { return open_records(one, clock); }, options.place);
  if (!place || !options.spool) return place;
  if (auto ok = make_folder(options.spool->path.parent_path()); !ok) {
    return tl::unexpected(ok.error());
  }
  auto spooling = SpoolingRecordStore::open(*options.spool, std::move(*place), clock);
  if (!spooling) return tl::unexpected(spooling.error());
  (*spooling)->start();
  return spooling;
}

}  // namespace sluice::store
