// libmongoc with ownership and errors as values.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <mongoc/mongoc.h>

#include "base/result.hpp"
#include "store/database/reconnecting.hpp"
#include "store/options.hpp"
#include "store/record_store.hpp"

namespace sluice::store::database {

/// Calls the library's own function to free something.
template <auto Function>
struct FreeWith {
  template <class T>
  void operator()(T* object) const {
    Function(object);
  }
};
using MongoClient = std::unique_ptr<mongoc_client_t, FreeWith<mongoc_client_destroy>>;
using MongoCollection = std::unique_ptr<mongoc_collection_t, FreeWith<mongoc_collection_destroy>>;
using MongoCursor = std::unique_ptr<mongoc_cursor_t, FreeWith<mongoc_cursor_destroy>>;
using MongoUri = std::unique_ptr<mongoc_uri_t, FreeWith<mongoc_uri_destroy>>;

/// A BSON document being written.
class Document {
 public:
  Document() { bson_init(&bson_); }
  ~Document() { bson_destroy(&bson_); }
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  Document& text(std::string_view key, std::string_view value);
  Document& integer(std::string_view key, std::int64_t value);
  Document& direction(std::string_view key, int value);  ///< of an index or an order: 1 or -1
  Document& date(std::string_view key, WallTime value);
  Document& yes(std::string_view key);
  Document& object(std::string_view key, const Document& value);
  Document& array(std::string_view key, const Document& value);  ///< with the keys "0", "1", ...

  [[nodiscard]] const bson_t* get() const { return &bson_; }
  [[nodiscard]] bson_t* get() { return &bson_; }

 private:
  bson_t bson_{};
};

/// Not thread-safe.
class MongodbConnection {
 public:
  MongodbConnection(MongoClient client, MongoCollection collection)
      : client_(std::move(client)), collection_(std::move(collection)) {}

  [[nodiscard]] bool usable() const { return usable_; }
  [[nodiscard]] mongoc_collection_t* collection() const { return collection_.get(); }
  /// An error of the library, never with a secret: unavailable (no connection, not in time: no
  /// longer usable()) or io.
  [[nodiscard]] tl::unexpected<base::Error> failure(const bson_error_t& error);

 private:
  MongoClient client_;
  MongoCollection collection_;  // after the client: goes first
  bool usable_ = true;
};

using Mongodb = Reconnecting<MongodbConnection>;

/// Connects with these options and makes the indexes. Error (invalid): of check(), or not a URL of
/// MongoDB.
base::Result<std::unique_ptr<Mongodb>> make_mongodb(const MongodbOptions& options,
                                                    const base::Clock& clock);

}  // namespace sluice::store::database
