#include "store/database/mongodb.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "store/database/mongodb_connection.hpp"

namespace sluice::store::database {
namespace {

tl::unexpected<base::Error> unknown_document(const std::string& id) {
  return base::fail(base::ErrorCode::not_found, "there is no record '{}'", id);
}

bool is_text(const std::string& text) {
  return bson_utf8_validate(text.data(), text.size(), /*allow_null=*/false);
}

base::Result<Record> record_of_document(const bson_t* document) {
  Record record;
  bson_iter_t it;
  for (const auto& [key, member] : {std::pair("_id", &record.id),
                                    {"station", &record.station},
                                    {"decision", &record.decision},
                                    {"state", &record.state},
                                    {"body", &record.body}}) {
    if (!bson_iter_init_find(&it, document, key) || !BSON_ITER_HOLDS_UTF8(&it)) {
      return base::fail(base::ErrorCode::io, "MongoDB: a document is not a record: {} is no text",
                        key);
    }
    std::uint32_t size = 0;
    const char* text = bson_iter_utf8(&it, &size);
    member->assign(text, size);
  }
  if (!bson_iter_init_find(&it, document, "time") || !BSON_ITER_HOLDS_DATE_TIME(&it)) {
    return base::fail(base::ErrorCode::io,
                      "MongoDB: document '{}' is not a record: time is no date", record.id);
  }
  record.time = WallTime(std::chrono::milliseconds(bson_iter_date_time(&it)));
  return record;
}

void write_filter(const Query& query, Document& filter) {
  if (query.filter.station) filter.text("station", *query.filter.station);
  if (query.filter.decision) filter.text("decision", *query.filter.decision);
  if (query.filter.state) filter.text("state", *query.filter.state);
  Document times;
  if (query.filter.from) times.date("$gte", *query.filter.from);
  if (query.filter.until) times.date("$lt", *query.filter.until);
  if (query.filter.from || query.filter.until) filter.object("time", times);
  if (!query.after) return;
  Document earlier;
  Document before;
  before.object("time", earlier.date("$lt", query.after->time));
  Document greater;
  Document same_time;
  same_time.date("time", query.after->time).object("_id", greater.text("$gt", query.after->id));
  Document either;
  filter.array("$or", either.object("0", before).object("1", same_time));
}

class MongodbRecordStore final : public RecordStore {
 public:
  explicit MongodbRecordStore(std::unique_ptr<Mongodb> server) : server_(std::move(server)) {}

  base::Status put(const Record& record) override {
    if (record.id.empty()) {
      return base::fail(base::ErrorCode::invalid, "the record's id is empty");
    }
    for (const std::string* text :
         {&record.id, &record.station, &record.decision, &record.state, &record.body}) {
      if (!is_text(*text)) {
        return base::fail(base::ErrorCode::invalid,
                          "a text is not UTF-8 or has a zero byte, which databases refuse");
      }
    }
    Document selector;
    selector.text("_id", record.id);
    Document document;
    document.text("_id", record.id)
        .text("station", record.station)
        .text("decision", record.decision)
        .text("state", record.state)
        .date("time", record.time)
        .text("body", record.body);
    Document options;
    options.yes("upsert");
    return server_->run([&](MongodbConnection& connection) -> base::Status {
      bson_error_t error;
      if (!mongoc_collection_replace_one(connection.collection(), selector.get(), document.get(),
                                         options.get(), nullptr, &error)) {
        return connection.failure(error);
      }
      return {};
    });
  }

  [[nodiscard]] base::Result<Record> get(const std::string& id) const override {
    if (!is_text(id)) return unknown_document(id);
    Document filter;
    filter.text("_id", id);
    auto found = read(filter, Document());
    if (!found) return tl::unexpected(found.error());
    if (found->empty()) return unknown_document(id);
    return std::move(found->front());
  }

  base::Status remove(const std::string& id) override {
    if (!is_text(id)) return unknown_document(id);
    Document selector;
    selector.text("_id", id);
    return server_->run([&](MongodbConnection& connection) -> base::Status {
      Document reply;
      bson_destroy(reply.get());
      bson_error_t error;
      if (!mongoc_collection_delete_one(connection.collection(), selector.get(), nullptr,
                                        reply.get(), &error)) {
        return connection.failure(error);
      }
      bson_iter_t it;
      const bool removed =
          bson_iter_init_find(&it, reply.get(), "deletedCount") && bson_iter_as_int64(&it) > 0;
      if (!removed) return unknown_document(id);
      return {};
    });
  }

  [[nodiscard]] base::Result<Page> find(const Query& query) const override {
    if (query.limit == 0) {
      return base::fail(base::ErrorCode::invalid, "limit is 0, but must be at least 1");
    }
    const std::size_t limit = std::min(query.limit, kMostRecords);
    Document filter;
    write_filter(query, filter);
    Document order;
    order.direction("time", -1).direction("_id", 1);
    Document options;
    // One more than asked for tells whether there is a next page.
    options.object("sort", order).integer("limit", static_cast<std::int64_t>(limit + 1));
    auto records = read(filter, options);
    if (!records) return tl::unexpected(records.error());
    Page page{std::move(*records), {}};
    if (page.records.size() > limit) {
      page.records.pop_back();
      page.next = Position{page.records.back().time, page.records.back().id};
    }
    return page;
  }

 private:
  [[nodiscard]] base::Result<std::vector<Record>> read(const Document& filter,
                                                       const Document& options) const {
    return server_->run([&](MongodbConnection& connection) -> base::Result<std::vector<Record>> {
      const MongoCursor cursor(mongoc_collection_find_with_opts(
          connection.collection(), filter.get(), options.get(), nullptr));
      std::vector<Record> records;
      const bson_t* document = nullptr;
      while (mongoc_cursor_next(cursor.get(), &document)) {
        auto record = record_of_document(document);
        if (!record) return tl::unexpected(record.error());
        records.push_back(std::move(*record));
      }
      bson_error_t error;
      if (mongoc_cursor_error(cursor.get(), &error)) return connection.failure(error);
      return records;
    });
  }

  std::unique_ptr<Mongodb> server_;
};

}  // namespace

base::Result<std::unique_ptr<RecordStore>> open_mongodb(const MongodbOptions& options,
                                                        const base::Clock& clock) {
  auto server = make_mongodb(options, clock);
  if (!server) return tl::unexpected(server.error());
  return std::make_unique<MongodbRecordStore>(std::move(*server));
}

}  // namespace sluice::store::database
