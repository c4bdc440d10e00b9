#include "store/blob_record_store.hpp"

#include <span>
#include <string_view>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "base/json.hpp"

namespace sluice::store {
namespace {

namespace json = boost::json;

constexpr std::string_view kSuffix = ".json";

std::string blob_of(const std::string& id) {
  return id + std::string(kSuffix);
}

std::string json_of(const Record& record) {
  return base::to_json(json::value{{"id", record.id},
                                   {"station", record.station},
                                   {"decision", record.decision},
                                   {"state", record.state},
                                   {"time", record.time.time_since_epoch().count()},
                                   {"body", record.body}}) +
         "\n";
}

base::Result<Record> parse_record(const std::string& blob, const Bytes& bytes) {
  const auto wrong = [&blob](std::string_view what) {
    return base::fail(base::ErrorCode::invalid, "'{}' is not a record: {}", blob, what);
  };
  boost::system::error_code error;
  const json::value value =
      json::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, error);
  if (error) return wrong(error.message());
  const json::object* object = value.if_object();
  if (object == nullptr) return wrong("it is no JSON object");

  Record record;
  for (const auto& [key, member] : {std::pair("id", &record.id),
                                    {"station", &record.station},
                                    {"decision", &record.decision},
                                    {"state", &record.state},
                                    {"body", &record.body}}) {
    const json::value* given = object->if_contains(key);
    if (given == nullptr || !given->is_string()) return wrong(fmt::format("{} is no text", key));
    *member = std::string(given->get_string());
  }
  const json::value* time = object->if_contains("time");
  if (time == nullptr || !time->is_int64()) return wrong("time is no whole number");
  record.time = WallTime(std::chrono::milliseconds(time->get_int64()));
  if (blob != blob_of(record.id)) return wrong(fmt::format("its id is '{}'", record.id));
  return record;
}

base::Result<Record> read_record(const BlobStore& blobs, const std::string& blob) {
  const auto bytes = blobs.get(blob);
  if (!bytes) return tl::unexpected(bytes.error());
  return parse_record(blob, *bytes);
}

}  // namespace

base::Result<std::unique_ptr<BlobRecordStore>> BlobRecordStore::open(
    std::unique_ptr<BlobStore> blobs) {
  std::unique_ptr<BlobRecordStore> store(new BlobRecordStore(std::move(blobs)));
  const auto names = store->blobs_->list("");
  if (!names) return tl::unexpected(names.error());
  for (const std::string& blob : *names) {
    if (!blob.ends_with(kSuffix)) continue;
    auto record = read_record(*store->blobs_, blob);
    if (!record) return tl::unexpected(record.error());
    record->body.clear();
    if (auto ok = store->index_.put(*record); !ok) return tl::unexpected(ok.error());
  }
  return store;
}

base::Status BlobRecordStore::put(const Record& record) {
  if (auto ok = check_name(record.id); !ok) return ok;
  const std::string text = json_of(record);
  Record stub = record;
  stub.body.clear();
  const std::lock_guard lock(mutex_);
  if (auto ok = blobs_->put(blob_of(record.id), std::as_bytes(std::span(text))); !ok) return ok;
  return index_.put(stub);
}

base::Result<Record> BlobRecordStore::get(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto stub = index_.get(id);
  if (!stub) return stub;
  return read_record(*blobs_, blob_of(id));
}

base::Status BlobRecordStore::remove(const std::string& id) {
  const std::lock_guard lock(mutex_);
  if (const auto stub = index_.get(id); !stub) return tl::unexpected(stub.error());
  if (auto ok = blobs_->remove(blob_of(id)); !ok) return ok;
  return index_.remove(id);
}

base::Result<Page> BlobRecordStore::find(const Query& query) const {
  const std::lock_guard lock(mutex_);
  auto page = index_.find(query);
  if (!page) return page;
  for (Record& record : page->records) {
    auto whole = read_record(*blobs_, blob_of(record.id));
    if (!whole) return tl::unexpected(whole.error());
    record = std::move(*whole);
  }
  return page;
}

}  // namespace sluice::store
