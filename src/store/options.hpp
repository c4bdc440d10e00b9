// What a user can say about stores, and how it is checked. The configuration maps onto this.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include "base/result.hpp"
#include "base/time.hpp"

namespace sluice::store {

/// Lost with the process.
struct MemoryOptions {};

struct FilesystemOptions {
  std::filesystem::path folder;
};

/// Amazon S3 and what speaks its protocol (MinIO, Ceph, ...).
struct S3Options {
  std::string bucket;
  std::string prefix{};    ///< in front of each name, such as "line-3/"
  std::string endpoint{};  ///< "http://minio:9000"; empty: Amazon's of the region
  std::string region = "us-east-1";
  std::string access_key{};  ///< empty: requests are not signed
  std::string secret_key{};
  std::string session_token{};
  /// Endpoint/bucket/name instead of bucket.endpoint/name, which needs a DNS name for each bucket.
  bool path_style = false;
  base::Duration timeout = std::chrono::seconds(30);  ///< of one request
  std::string ca_file{};                              ///< PEM; empty: the system's roots
};

/// Azure Blob Storage.
struct AzureOptions {
  /// As the portal shows it: "DefaultEndpointsProtocol=https;AccountName=...;AccountKey=...;
  /// EndpointSuffix=core.windows.net", or with BlobEndpoint and SharedAccessSignature.
  std::string connection_string;
  std::string container;
  std::string prefix{};
  base::Duration timeout = std::chrono::seconds(30);
  std::string ca_file{};
};

/// Google Cloud Storage.
struct GcsOptions {
  enum class Access {
    service_account,  ///< a key file
    metadata,         ///< the account of the virtual machine this runs on
    anonymous,        ///< public buckets and emulators
  };
  std::string bucket;
  std::string prefix{};
  Access access = Access::service_account;
  std::filesystem::path credentials{};  ///< the service account's key file (JSON)
  std::string endpoint = "https://storage.googleapis.com";
  std::string metadata_endpoint = "http://metadata.google.internal";
  base::Duration timeout = std::chrono::seconds(30);
  std::string ca_file{};
};

/// What waits for the network lies here, so that nothing waits for the network.
struct SpoolOptions {
  std::filesystem::path path;  ///< a folder (blobs) or a SQLite file (records), of this store alone
  std::uint64_t most_bytes = std::uint64_t{1} << 30;  ///< of it; then what is new is refused
  base::Duration retry_first = std::chrono::seconds(1);
  base::Duration retry_most = std::chrono::minutes(1);
};

struct BlobStoreOptions {
  std::variant<MemoryOptions, FilesystemOptions, S3Options, AzureOptions, GcsOptions> place =
      MemoryOptions{};
  std::optional<SpoolOptions> spool{};  ///< unset: each put() waits for the place
};

struct SqliteOptions {
  std::filesystem::path file;
};

struct PostgresqlOptions {
  std::string url;                ///< "postgresql://user:password@host/database"
  std::string table = "records";  ///< made if it is missing; lower-case letters, digits, "_"
  base::Duration timeout = std::chrono::seconds(5);  ///< of connecting, and of a statement
  base::Duration retry_first = std::chrono::seconds(1);
  base::Duration retry_most = std::chrono::minutes(1);
};

struct MongodbOptions {
  std::string url;  ///< "mongodb://user:password@host/database" or mongodb+srv
  std::string database = "sluice";
  std::string collection = "records";
  base::Duration timeout = std::chrono::seconds(5);
  base::Duration retry_first = std::chrono::seconds(1);
  base::Duration retry_most = std::chrono::minutes(1);
};

struct RecordStoreOptions {
  /// FilesystemOptions: a JSON file for each record.
  std::variant<MemoryOptions, FilesystemOptions, SqliteOptions, PostgresqlOptions, MongodbOptions>
      place = MemoryOptions{};
  std::optional<SpoolOptions> spool{};  ///< unset: each put() waits for the place
};

/// Errors (invalid): `<key>: what is wrong`; never with a secret. Nothing is opened.
base::Status check(const S3Options& options);
base::Status check(const AzureOptions& options);
base::Status check(const GcsOptions& options);
base::Status check(const PostgresqlOptions& options);
base::Status check(const MongodbOptions& options);
base::Status check(const SpoolOptions& options);
base::Status check(const BlobStoreOptions& options);
base::Status check(const RecordStoreOptions& options);

}  // namespace sluice::store
