// Stores on a file system that is really full.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "store/filesystem_blob_store.hpp"
#include "store/spool.hpp"
#include "store/sqlite_record_store.hpp"
#include "unit/store/any_record_store.hpp"
#include "unit/store/store_folder.hpp"

namespace sluice::store {
namespace {

using base::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kDiskBytes = 512 << 10;

/// A file system of half a MiB that only this process sees.
class SmallDisk {
 public:
  SmallDisk() {
    // Without rights: those of root, in a user's namespace of one's own.
    const bool apart = ::unshare(CLONE_NEWNS) == 0 || ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0;
    mounted_ = apart && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
               ::mount("tmpfs", path().c_str(), "tmpfs", 0,
                       fmt::format("size={}", kDiskBytes).c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  [[nodiscard]] bool mounted() const { return mounted_; }
  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

  /// Takes all that is left.
  void fill() const {
    std::ofstream file(path() / "ballast", std::ios::binary);
    const std::string block(4096, 'x');
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void free() const { std::filesystem::remove(path() / "ballast"); }

 private:
  StoreFolder folder_;
  bool mounted_ = false;
};

class FullDiskStores : public testing::Test {
 protected:
  void SetUp() override {
    if (!disk_.mounted()) GTEST_SKIP() << "no file system can be mounted here";
  }
  SmallDisk disk_;
};

TEST_F(FullDiskStores, BlobsStayAndComeAgain) {
  const auto store = FilesystemBlobStore::open(disk_.path() / "blobs").value();
  ASSERT_TRUE(store->put("a", bytes_of("old")));
  disk_.fill();
  const auto refused = store->put("a", bytes_of(std::string(10'000, 'x')));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("No space left on device"));
  EXPECT_EQ(text_of(store->get("a").value()), "old");
  EXPECT_THAT(store->list("").value(), ElementsAre("a"));
  EXPECT_TRUE(std::filesystem::is_empty(disk_.path() / "blobs" / ".partial"));
  disk_.free();
  ASSERT_TRUE(store->put("a", bytes_of("new")));
  EXPECT_EQ(text_of(store->get("a").value()), "new");
}

TEST_F(FullDiskStores, RecordsStayAndComeAgain) {
  const auto store = SqliteRecordStore::open(disk_.path() / "records.db").value();
  const Record old{"a", "line", "OK", "Done", at(1), "{}"};
  ASSERT_TRUE(store->put(old));
  disk_.fill();
  Record large = old;
  large.body = std::string(200'000, 'x');
  const auto refused = store->put(large);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable) << refused.error().message;
  EXPECT_EQ(store->get("a").value(), old);
  disk_.free();
  large.body.resize(100'000);
  ASSERT_TRUE(store->put(large));
  EXPECT_EQ(store->get("a").value(), large);
}

TEST_F(FullDiskStores, ASpoolKeepsWhatWaits) {
  const auto spool = Spool::open(disk_.path() / "spool", 1 << 30).value();
  ASSERT_TRUE(spool->put("a", bytes_of("waits")));
  disk_.fill();
  const auto refused = spool->put("b", bytes_of(std::string(10'000, 'x')));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_EQ(spool->counters().waiting, 1U);
  const auto first = spool->first();
  ASSERT_TRUE(first);
  EXPECT_EQ(text_of(spool->read(*first).value()), "waits");
  disk_.free();
  EXPECT_TRUE(spool->put("b", bytes_of("x")));
}

}  // namespace
}  // namespace sluice::store
