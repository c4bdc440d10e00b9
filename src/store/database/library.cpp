// The loadable library: what store/database.hpp promises, with libpqxx and libmongoc.
#include "store/database.hpp"
#include "store/database/mongodb.hpp"
#include "store/database/postgresql.hpp"
#include "store/database/postgresql_events.hpp"

namespace sluice::store::database {
namespace {

class Databases final : public DatabaseLibrary {
 public:
  [[nodiscard]] base::Result<std::unique_ptr<RecordStore>> open_postgresql(
      const PostgresqlOptions& options, const base::Clock& clock) const override {
    return database::open_postgresql(options, clock);
  }
  [[nodiscard]] base::Result<std::unique_ptr<EventTable>> open_events(
      const PostgresqlOptions& options, const base::Clock& clock) const override {
    return database::open_events(options, clock);
  }
  [[nodiscard]] base::Result<std::unique_ptr<RecordStore>> open_mongodb(
      const MongodbOptions& options, const base::Clock& clock) const override {
    return database::open_mongodb(options, clock);
  }
};

}  // namespace
}  // namespace sluice::store::database

extern "C" [[gnu::visibility("default")]] const sluice::store::DatabaseLibrary* sluice_database() {
  static const sluice::store::database::Databases databases;
  return &databases;
}
