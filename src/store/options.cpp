#include "store/options.hpp"

#include <algorithm>
#include <string_view>

#include "store/azure_account.hpp"
#include "store/blob_store.hpp"

namespace sluice::store {
namespace {

constexpr auto kInvalid = base::ErrorCode::invalid;

base::Status check_given(std::string_view key, std::string_view value) {
  if (value.empty()) return base::fail(kInvalid, "{}: is missing", key);
  return {};
}

base::Status check_http(std::string_view key, std::string_view url) {
  if (url.starts_with("http://") || url.starts_with("https://")) return {};
  return base::fail(kInvalid, "{}: must begin with http:// or https://", key);
}

/// Names of buckets and containers: 3 to 63 (S3, Azure) or more (GCS) of these characters.
base::Status check_bucket(std::string_view key, std::string_view name) {
  const bool fits = name.size() >= 3 && name.size() <= 222 && std::ranges::all_of(name, [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                             c == '.' || c == '_' || c == '$';
                    });
  if (fits) return {};
  return base::fail(kInvalid,
                    "{}: '{}' is not 3 or more lower-case letters, digits, '-', '.' and '_'", key,
                    name);
}

base::Status check_prefix(std::string_view prefix) {
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  if (prefix.empty()) return {};
  if (auto ok = check_name(prefix); !ok) {
    return tl::unexpected(base::with_context("prefix", ok.error()));
  }
  return {};
}

base::Status check_duration(std::string_view key, base::Duration duration) {
  if (duration.count() > 0) return {};
  return base::fail(kInvalid, "{}: must be more than 0", key);
}

/// Letters, digits and "_", so that it needs no quotes anywhere.
base::Status check_identifier(std::string_view key, std::string_view name) {
  const bool fits = !name.empty() && name.size() <= 50 && !(name[0] >= '0' && name[0] <= '9') &&
                    std::ranges::all_of(name, [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
                    });
  if (fits) return {};
  return base::fail(kInvalid,
                    "{}: '{}' is not 1 to 50 lower-case letters, digits and '_' that begin with a "
                    "letter",
                    key, name);
}

base::Status check_scheme(std::string_view url, std::string_view first, std::string_view second,
                          std::string_view example) {
  if (url.starts_with(first) || url.starts_with(second)) return {};
  return base::fail(kInvalid, "url: must be as {}", example);
}

/// The first error of several.
template <class... Checks>
base::Status first_error(Checks... checks) {
  base::Status result;
  ((result = checks(), result.has_value()) && ...);
  return result;
}

base::Status check(const MemoryOptions&) {
  return {};
}

base::Status check(const FilesystemOptions& options) {
  return check_given("path", options.folder.native());
}

base::Status check(const SqliteOptions& options) {
  return check_given("path", options.file.native());
}

template <class Options>
base::Status check_place_and_spool(const Options& options) {
  if (auto ok = std::visit([](const auto& place) { return check(place); }, options.place); !ok) {
    return ok;
  }
  return options.spool ? check(*options.spool) : base::Status();
}

}  // namespace

base::Status check(const S3Options& options) {
  return first_error(
      [&] { return check_bucket("bucket", options.bucket); },
      [&] { return check_prefix(options.prefix); },
      [&] {
        return options.endpoint.empty() ? base::Status() : check_http("endpoint", options.endpoint);
      },
      [&] { return check_given("region", options.region); },
      [&] {
        return options.access_key.empty() ? base::Status()
                                          : check_given("secret_key", options.secret_key);
      },
      [&] { return check_duration("timeout", options.timeout); });
}

base::Status check(const AzureOptions& options) {
  return first_error([&] { return check_bucket("container", options.container); },
                     [&] { return check_prefix(options.prefix); },
                     [&]() -> base::Status {
                       const auto account = parse_azure_account(options.connection_string);
                       if (!account) return tl::unexpected(account.error());
                       return {};
                     },
                     [&] { return check_duration("timeout", options.timeout); });
}

base::Status check(const GcsOptions& options) {
  return first_error([&] { return check_bucket("bucket", options.bucket); },
                     [&] { return check_prefix(options.prefix); },
                     [&] { return check_http("endpoint", options.endpoint); },
                     [&] { return check_http("metadata_endpoint", options.metadata_endpoint); },
                     [&] {
                       return options.access == GcsOptions::Access::service_account
                                  ? check_given("credentials", options.credentials.native())
                                  : base::Status();
                     },
                     [&] { return check_duration("timeout", options.timeout); });
}

base::Status check(const PostgresqlOptions& options) {
  return first_error(
      [&] {
        return check_scheme(options.url, "postgresql://", "postgres://",
                            "postgresql://user:password@host:5432/database");
      },
      [&] { return check_identifier("table", options.table); },
      [&] { return check_duration("timeout", options.timeout); },
      [&] { return check_duration("retry_first", options.retry_first); });
}

base::Status check(const MongodbOptions& options) {
  return first_error(
      [&] {
        return check_scheme(options.url, "mongodb://", "mongodb+srv://",
                            "mongodb://user:password@host:27017");
      },
      [&] { return check_identifier("database", options.database); },
      [&] { return check_identifier("collection", options.collection); },
      [&] { return check_duration("timeout", options.timeout); },
      [&] { return check_duration("retry_first", options.retry_first); });
}

base::Status check(const SpoolOptions& options) {
  return first_error([&] { return check_given("spool.path", options.path.native()); },
                     [&]() -> base::Status {
                       if (options.most_bytes >= 1 << 20) return {};
                       return base::fail(kInvalid, "spool.most_bytes: must be 1 MiB or more");
                     },
                     [&] { return check_duration("spool.retry_first", options.retry_first); },
                     [&] { return check_duration("spool.retry_most", options.retry_most); });
}

base::Status check(const BlobStoreOptions& options) {
  return check_place_and_spool(options);
}

base::Status check(const RecordStoreOptions& options) {
  return check_place_and_spool(options);
}

}  // namespace sluice::store
