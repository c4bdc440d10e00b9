#include "store/blob_store.hpp"

#include "store/filesystem_blob_store.hpp"
#include "store/memory_blob_store.hpp"
#include "unit/store/any_blob_store.hpp"

namespace sluice::store {
namespace {

class InMemory {
 public:
  static constexpr bool kTakesEmpty = true;
  static std::string missing() { return {}; }
  [[nodiscard]] std::unique_ptr<BlobStore> open() const {
    return std::make_unique<MemoryBlobStore>();
  }
};

class InFiles {
 public:
  static constexpr bool kTakesEmpty = true;
  static std::string missing() { return {}; }
  [[nodiscard]] std::unique_ptr<BlobStore> open() const {
    return FilesystemBlobStore::open(folder_.path() / "deep" / "store").value();
  }

 private:
  StoreFolder folder_;
};

using BlobPlaces = testing::Types<InMemory, InFiles>;
INSTANTIATE_TYPED_TEST_SUITE_P(Local, AnyBlobStore, BlobPlaces);

}  // namespace
}  // namespace sluice::store
