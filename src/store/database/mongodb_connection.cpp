#include "store/database/mongodb_connection.hpp"

#include <chrono>
#include <utility>

namespace sluice::store::database {
namespace {

constexpr const char* kLastIndex = "by_station";

int length_of(std::string_view text) {
  return static_cast<int>(text.size());
}

/// Once in a process, and never undone: the library stays loaded.
void start_mongoc() {
  static const bool started = [] {
    mongoc_init();
    // Its errors come back to us; what else it says is for its developers.
    mongoc_log_set_handler(nullptr, nullptr);
    return true;
  }();
  static_cast<void>(started);
}

base::Result<MongoUri> read_url(const MongodbOptions& options) {
  MongoUri uri(mongoc_uri_new_with_error(options.url.c_str(), nullptr));
  if (uri == nullptr) {
    return base::fail(base::ErrorCode::invalid,
                      "url: cannot be read; write it as mongodb://user:password@host:27017, other "
                      "characters as %XX");
  }
  const auto ms = static_cast<std::int32_t>(
      std::chrono::ceil<std::chrono::milliseconds>(options.timeout).count());
  for (const char* limit : {MONGOC_URI_CONNECTTIMEOUTMS, MONGOC_URI_SOCKETTIMEOUTMS,
                            MONGOC_URI_SERVERSELECTIONTIMEOUTMS}) {
    mongoc_uri_set_option_as_int32(uri.get(), limit, ms);
  }
  return uri;
}

/// Are they there? Then the account needs no right to make them.
bool has_indexes(const MongodbConnection& connection) {
  const MongoCursor indexes(
      mongoc_collection_find_indexes_with_opts(connection.collection(), nullptr));
  const bson_t* index = nullptr;
  while (mongoc_cursor_next(indexes.get(), &index)) {
    bson_iter_t it;
    if (bson_iter_init_find(&it, index, "name") && BSON_ITER_HOLDS_UTF8(&it) &&
        std::string_view(bson_iter_utf8(&it, nullptr)) == kLastIndex) {
      return true;
    }
  }
  return false;
}

// The order of pages, for all records and for those of a station.
base::Status make_indexes(const MongodbOptions& options, MongodbConnection& connection) {
  if (has_indexes(connection)) return {};
  const auto index = [](const char* name, bool station, Document& indexes, const char* place) {
    Document key;
    if (station) key.direction("station", 1);
    key.direction("time", -1).direction("_id", 1);
    Document one;
    one.object("key", key).text("name", name);
    indexes.object(place, one);
  };
  Document indexes;
  index("by_time", false, indexes, "0");
  index(kLastIndex, true, indexes, "1");
  Document command;
  command.text("createIndexes", options.collection).array("indexes", indexes);
  bson_error_t error;
  if (!mongoc_collection_command_simple(connection.collection(), command.get(), nullptr, nullptr,
                                        &error)) {
    return connection.failure(error);
  }
  return {};
}

base::Result<std::unique_ptr<MongodbConnection>> connect_mongodb(const MongodbOptions& options,
                                                                 const mongoc_uri_t* uri) {
  // A new client each time: an old one would refuse to try again for some seconds of its own clock.
  MongoClient client(mongoc_client_new_from_uri(uri));
  if (client == nullptr) {
    return base::fail(base::ErrorCode::unsupported, "url: this build of libmongoc cannot use it");
  }
  mongoc_client_set_error_api(client.get(), MONGOC_ERROR_API_VERSION_2);
  MongoCollection collection(mongoc_client_get_collection(client.get(), options.database.c_str(),
                                                          options.collection.c_str()));
  auto connection = std::make_unique<MongodbConnection>(std::move(client), std::move(collection));
  if (auto ok = make_indexes(options, *connection); !ok) return tl::unexpected(ok.error());
  return connection;
}

}  // namespace

Document& Document::text(std::string_view key, std::string_view value) {
  bson_append_utf8(&bson_, key.data(), length_of(key), value.data(), length_of(value));
  return *this;
}

Document& Document::integer(std::string_view key, std::int64_t value) {
  bson_append_int64(&bson_, key.data(), length_of(key), value);
  return *this;
}

Document& Document::direction(std::string_view key, int value) {
  bson_append_int32(&bson_, key.data(), length_of(key), value);
  return *this;
}

Document& Document::date(std::string_view key, WallTime value) {
  bson_append_date_time(&bson_, key.data(), length_of(key), value.time_since_epoch().count());
  return *this;
}

Document& Document::yes(std::string_view key) {
  bson_append_bool(&bson_, key.data(), length_of(key), true);
  return *this;
}

Document& Document::object(std::string_view key, const Document& value) {
  bson_append_document(&bson_, key.data(), length_of(key), value.get());
  return *this;
}

Document& Document::array(std::string_view key, const Document& value) {
  bson_append_array(&bson_, key.data(), length_of(key), value.get());
  return *this;
}

tl::unexpected<base::Error> MongodbConnection::failure(const bson_error_t& error) {
  // Errors of the server leave the connection as it is; all others are of the way to it.
  const bool of_server = error.domain == MONGOC_ERROR_SERVER ||
                         error.domain == MONGOC_ERROR_WRITE_CONCERN ||
                         error.domain == MONGOC_ERROR_BSON;
  usable_ = usable_ && of_server;
  return base::fail(of_server ? base::ErrorCode::io : base::ErrorCode::unavailable, "MongoDB: {}",
                    error.message);
}

base::Result<std::unique_ptr<Mongodb>> make_mongodb(const MongodbOptions& options,
                                                    const base::Clock& clock) {
  if (auto ok = check(options); !ok) return tl::unexpected(ok.error());
  start_mongoc();
  auto uri = read_url(options);
  if (!uri) return tl::unexpected(uri.error());
  return std::make_unique<Mongodb>(
      [options, uri = std::shared_ptr<mongoc_uri_t>(std::move(*uri))] {
        return connect_mongodb(options, uri.get());
      },
      BackOff(options.retry_first, options.retry_most), clock);
}

}  // namespace sluice::store::database
