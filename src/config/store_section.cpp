// Where a station keeps images and records.
#include "config/kinds.hpp"
#include "config/sections.hpp"

namespace sluice::config {
namespace {

using Blobs = ImagesConfig;
using Records = store::RecordStoreOptions;

Object<store::SpoolOptions> spool() {
  using O = store::SpoolOptions;
  Object<O> o("spool", "What waits for the network lies here first.");
  o.key(
      "path", [](O & s) -> auto& { return s.path; }, fs_path(),
      "A folder (images) or a file (records) of this store alone.", Need::required);
  o.key(
      "size", [](O & s) -> auto& { return s.most_bytes; }, bytes(1),
      "Most that may wait; then what is new is refused.");
  o.key(
      "retry_first", [](O & s) -> auto& { return s.retry_first; },
      duration(std::chrono::milliseconds(1)),
      "From a failure to the next attempt; doubled up to "
      "`retry_most`.");
  o.key(
      "retry_most", [](O & s) -> auto& { return s.retry_most; },
      duration(std::chrono::milliseconds(1)), "Longest time between attempts.");
  return o;
}

template <class Options>
Options& place(Blobs& b) {
  return std::get<Options>(b.options.place);
}
template <class Options>
Options& place(Records& r) {
  return std::get<Options>(r.place);
}

template <class Options>
Object<Blobs> blob_kind(const char* type, const char* doc, Options options = {}) {
  Blobs defaults;
  defaults.options.place = std::move(options);
  auto o = kind<Blobs>(type, doc, std::move(defaults));
  o.key(
      "quality", [](Blobs & b) -> auto& { return b.jpeg_quality; },
      integer<int>({.minimum = 1, .maximum = 100}),
      "Of JPEG, for images that come as pixels; others are kept as they came.");
  return o;
}

void blob_spool_key(Object<Blobs>& o) {
  o.key(
      "spool", [](Blobs & b) -> auto& { return b.options.spool; }, maybe(object(spool())),
      "Keeps images here until they are there; none: each item waits for the network.");
}

Object<Blobs> s3() {
  using O = store::S3Options;
  auto o = blob_kind<O>("s3", "Amazon S3 and what speaks its protocol");
  const auto key = [&](const char* name, auto member, const char* doc, Need need = Need::optional) {
    o.key(name, member, text(), doc, need);
  };
  key(
      "bucket", [](Blobs & b) -> auto& { return place<O>(b).bucket; }, "The bucket.",
      Need::required);
  key(
      "prefix", [](Blobs & b) -> auto& { return place<O>(b).prefix; }, "In front of each name.");
  key(
      "endpoint", [](Blobs & b) -> auto& { return place<O>(b).endpoint; },
      "http://minio:9000; none: Amazon's.");
  key(
      "region", [](Blobs & b) -> auto& { return place<O>(b).region; }, "The region.");
  key(
      "access_key", [](Blobs & b) -> auto& { return place<O>(b).access_key; },
      "None: requests are not signed.");
  key(
      "secret_key", [](Blobs & b) -> auto& { return place<O>(b).secret_key; },
      "Best from the environment: \"${S3_SECRET}\".");
  key(
      "session_token", [](Blobs & b) -> auto& { return place<O>(b).session_token; },
      "Of temporary keys.");
  o.key(
      "path_style", [](Blobs & b) -> auto& { return place<O>(b).path_style; }, boolean(),
      "ENDPOINT/BUCKET/NAME instead of BUCKET.ENDPOINT/NAME.");
  o.key(
      "timeout", [](Blobs & b) -> auto& { return place<O>(b).timeout; },
      duration(std::chrono::milliseconds(1)), "Of one request.");
  blob_spool_key(o);
  return o;
}

Object<Blobs> azure() {
  using O = store::AzureOptions;
  auto o = blob_kind<O>("azure", "Azure Blob Storage");
  o.key(
      "connection_string", [](Blobs & b) -> auto& { return place<O>(b).connection_string; }, text(),
      "As the portal shows it; best from the environment.", Need::required);
  o.key(
      "container", [](Blobs & b) -> auto& { return place<O>(b).container; }, text(),
      "The container.", Need::required);
  o.key(
      "prefix", [](Blobs & b) -> auto& { return place<O>(b).prefix; }, text(),
      "In front of each name.");
  o.key(
      "timeout", [](Blobs & b) -> auto& { return place<O>(b).timeout; },
      duration(std::chrono::milliseconds(1)), "Of one request.");
  blob_spool_key(o);
  return o;
}

Object<Blobs> gcs() {
  using O = store::GcsOptions;
  auto o = blob_kind<O>("gcs", "Google Cloud Storage");
  o.key(
      "bucket", [](Blobs & b) -> auto& { return place<O>(b).bucket; }, text(), "The bucket.",
      Need::required);
  o.key(
      "prefix", [](Blobs & b) -> auto& { return place<O>(b).prefix; }, text(),
      "In front of each name.");
  o.key(
      "access", [](Blobs & b) -> auto& { return place<O>(b).access; },
      choice<O::Access>(
          {{O::Access::service_account, "service_account", "with the key file `credentials`"},
           {O::Access::metadata, "metadata", "as the virtual machine this runs on"},
           {O::Access::anonymous, "anonymous", "public buckets and emulators"}}),
      "As whom.");
  o.key(
      "credentials", [](Blobs & b) -> auto& { return place<O>(b).credentials; }, fs_path(),
      "The service account's key file.");
  o.key(
      "endpoint", [](Blobs & b) -> auto& { return place<O>(b).endpoint; }, text(), "The server.");
  o.key(
      "timeout", [](Blobs & b) -> auto& { return place<O>(b).timeout; },
      duration(std::chrono::milliseconds(1)), "Of one request.");
  blob_spool_key(o);
  return o;
}

Object<Blobs> no_images() {
  Blobs defaults;
  defaults.keep = false;
  return kind<Blobs>("none", "images are not kept", std::move(defaults));
}

void check_blobs(const Node& node, Blobs& b, Reader& reader) {
  if (!b.keep) return;
  if (auto good = store::check(b.options); !good) reader.problem(node, good.error().message);
}

template <class Options>
Object<Records> record_kind(const char* type, const char* doc) {
  Records defaults;
  defaults.place = Options{};
  return kind<Records>(type, doc, std::move(defaults));
}

template <class O>
Object<Records> database(const char* type, const char* doc, const char* example) {
  auto o = record_kind<O>(type, doc);
  o.key(
      "url", [](Records & r) -> auto& { return place<O>(r).url; }, text(), example, Need::required);
  o.key(
      "timeout", [](Records & r) -> auto& { return place<O>(r).timeout; },
      duration(std::chrono::milliseconds(1)), "Of connecting, and of each statement.");
  return o;
}

void record_spool_key(Object<Records>& o) {
  o.key(
      "spool", [](Records & r) -> auto& { return r.spool; }, maybe(object(spool())),
      "Keeps records here too, and until they are there; none: each item waits for the server.");
  o.rule([](const Node& node, Records& r, Reader& reader) {
    if (auto good = store::check(r); !good) reader.problem(node, good.error().message);
  });
}

Object<Records> postgresql() {
  using O = store::PostgresqlOptions;
  auto o = database<O>("postgresql", "a PostgreSQL server",
                       "postgresql://USER:PASSWORD@HOST/DATABASE; best from the environment.");
  o.key(
      "table", [](Records & r) -> auto& { return place<O>(r).table; }, text(),
      "Made if it is missing.");
  record_spool_key(o);
  return o;
}

Object<Records> mongodb() {
  using O = store::MongodbOptions;
  auto o = database<O>("mongodb", "a MongoDB server, or one that speaks its protocol",
                       "mongodb://USER:PASSWORD@HOST/; best from the environment.");
  o.key(
      "database", [](Records & r) -> auto& { return place<O>(r).database; }, text(),
      "The database.");
  o.key(
      "collection", [](Records & r) -> auto& { return place<O>(r).collection; }, text(),
      "The collection.");
  record_spool_key(o);
  return o;
}

}  // namespace

Type<ImagesConfig> images_type() {
  static const auto type = [] {
    auto files = blob_kind<store::FilesystemOptions>("filesystem", "files in a folder");
    files.key(
        "path", [](Blobs & b) -> auto& { return place<store::FilesystemOptions>(b).folder; },
        fs_path(), "The folder; made if it is missing.", Need::required);
    std::vector<Object<Blobs>> all{
        std::move(files),
        blob_kind<store::MemoryOptions>("memory", "gone with the process"),
        s3(),
        azure(),
        gcs(),
        no_images()};
    for (auto& one : all) one.rule(check_blobs);
    return kinds<Blobs>(std::move(all));
  }();
  return type;
}

Type<store::RecordStoreOptions> records_type() {
  static const auto type = [] {
    auto sqlite = record_kind<store::SqliteOptions>("sqlite", "a SQLite database");
    sqlite.key(
        "path", [](Records & r) -> auto& { return place<store::SqliteOptions>(r).file; }, fs_path(),
        "The file; made if it is missing.", Need::required);
    auto files = record_kind<store::FilesystemOptions>("files", "a JSON file for each record");
    files.key(
        "path", [](Records & r) -> auto& { return place<store::FilesystemOptions>(r).folder; },
        fs_path(), "The folder; made if it is missing.", Need::required);
    return kinds<Records>({std::move(sqlite), std::move(files),
                           record_kind<store::MemoryOptions>("memory", "gone with the process"),
                           postgresql(), mongodb()});
  }();
  return type;
}

}  // namespace sluice::config
