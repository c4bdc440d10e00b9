#include "store/record_store.hpp"

#include "store/blob_record_store.hpp"
#include "store/filesystem_blob_store.hpp"
#include "store/memory_record_store.hpp"
#include "store/sqlite_record_store.hpp"
#include "unit/store/any_record_store.hpp"
#include "unit/store/store_folder.hpp"

namespace sluice::store {
namespace {

class RecordsInMemory {
 public:
  static std::string missing() { return {}; }
  [[nodiscard]] std::unique_ptr<RecordStore> open() const {
    return std::make_unique<MemoryRecordStore>();
  }
};

class RecordsInSqlite {
 public:
  static std::string missing() { return {}; }
  [[nodiscard]] std::unique_ptr<RecordStore> open() const {
    return SqliteRecordStore::open(folder_.path() / "records.db").value();
  }

 private:
  StoreFolder folder_;
};

class RecordsInFiles {
 public:
  static std::string missing() { return {}; }
  [[nodiscard]] std::unique_ptr<RecordStore> open() const {
    return BlobRecordStore::open(FilesystemBlobStore::open(folder_.path()).value()).value();
  }

 private:
  StoreFolder folder_;
};

using RecordPlaces = testing::Types<RecordsInMemory, RecordsInSqlite, RecordsInFiles>;
INSTANTIATE_TYPED_TEST_SUITE_P(Local, AnyRecordStore, RecordPlaces);

}  // namespace
}  // namespace sluice::store
