#include "store/filesystem_blob_store.hpp"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "store/atomic_file.hpp"
#include "unit/store/store_folder.hpp"

namespace sluice::store {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(FilesystemBlobStore, ABlobIsAFileOfItsName) {
  const StoreFolder folder;
  const auto store = FilesystemBlobStore::open(folder.path());
  ASSERT_TRUE(store) << store.error().message;
  ASSERT_TRUE((*store)->put("line-3/item-1/front.jpg", bytes_of("jpeg")));
  EXPECT_EQ(file_text(folder.path() / "line-3/item-1/front.jpg"), "jpeg");
}

TEST(FilesystemBlobStore, KeepsBlobsAndForgetsHalfWrittenOnes) {
  const StoreFolder folder;
  ASSERT_TRUE(FilesystemBlobStore::open(folder.path()).value()->put("a", bytes_of("kept")));
  std::ofstream(folder.path() / ".partial" / "7") << "left by a crash";
  const auto store = FilesystemBlobStore::open(folder.path()).value();
  EXPECT_EQ(text_of(store->get("a").value()), "kept");
  EXPECT_THAT(store->list("").value(), ElementsAre("a"));
  EXPECT_TRUE(fs::is_empty(folder.path() / ".partial"));
}

TEST(FilesystemBlobStore, EmptyFoldersGo) {
  const StoreFolder folder;
  const auto store = FilesystemBlobStore::open(folder.path()).value();
  ASSERT_TRUE(store->put("s/1/a", {}));
  ASSERT_TRUE(store->put("s/2", {}));
  ASSERT_TRUE(store->remove("s/1/a"));
  EXPECT_FALSE(fs::exists(folder.path() / "s/1"));
  EXPECT_TRUE(fs::exists(folder.path() / "s/2"));
}

/// No file of this process may become larger, as on a full disk, until the end of the scope.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : signal_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, signal_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*signal_)(int);
};

TEST(FilesystemBlobStore, WhatDoesNotFitChangesNothing) {
  const StoreFolder folder;
  const auto store = FilesystemBlobStore::open(folder.path()).value();
  ASSERT_TRUE(store->put("a", bytes_of("old")));
  {
    const FullDisk full(1000);
    const auto refused = store->put("a", bytes_of(std::string(100'000, 'x')));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::io);
    EXPECT_THAT(refused.error().message, HasSubstr("cannot write " + folder.path().string()));
  }
  EXPECT_EQ(text_of(store->get("a").value()), "old");
  EXPECT_TRUE(fs::is_empty(folder.path() / ".partial"));
  EXPECT_TRUE(store->put("a", bytes_of(std::string(100'000, 'x'))));
}

TEST(FilesystemBlobStore, AFileCannotBeAFolderToo) {
  const StoreFolder folder;
  const auto store = FilesystemBlobStore::open(folder.path()).value();
  ASSERT_TRUE(store->put("a", bytes_of("x")));
  ASSERT_TRUE(store->put("b/c", bytes_of("y")));
  EXPECT_EQ(store->put("a/b", {}).error().code, base::ErrorCode::io);
  EXPECT_EQ(store->put("b", {}).error().code, base::ErrorCode::io);
  EXPECT_THAT(store->list("").value(), ElementsAre("a", "b/c"));
  EXPECT_TRUE(fs::is_empty(folder.path() / ".partial"));
}

TEST(FilesystemBlobStore, CannotOpenWhatIsAFile) {
  const StoreFolder folder;
  std::ofstream(folder.path() / "file") << "x";
  const auto store = FilesystemBlobStore::open(folder.path() / "file");
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, HasSubstr((folder.path() / "file").string()));
}

TEST(AtomicFile, ErrorsTellAFullDiskFromOthers) {
  const base::Error full = io_error("cannot write", "/data/x", ENOSPC);
  EXPECT_EQ(full.code, base::ErrorCode::unavailable);
  EXPECT_EQ(full.message, "cannot write /data/x: No space left on device");
  EXPECT_EQ(io_error("", "", EDQUOT).code, base::ErrorCode::unavailable);
  EXPECT_EQ(io_error("", "", ENOENT).code, base::ErrorCode::not_found);
  EXPECT_EQ(io_error("", "", EIO).code, base::ErrorCode::io);
}

}  // namespace
}  // namespace sluice::store
