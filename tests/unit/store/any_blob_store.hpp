// What every store of blobs does. A place has open(), a new and empty store each time, and
// missing(): why there is none here; kTakesEmpty: it can keep blobs without bytes.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/blob_store.hpp"
#include "unit/store/store_folder.hpp"

namespace sluice::store {

template <class Place>
class AnyBlobStore : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string missing = place_.missing(); !missing.empty()) GTEST_SKIP() << missing;
    store_ = place_.open();
  }
  void put(const std::string& name, std::string_view text) {
    const auto done = store_->put(name, bytes_of(text));
    EXPECT_TRUE(done) << done.error().message;
  }
  [[nodiscard]] std::string get(const std::string& name) const {
    const auto bytes = store_->get(name);
    return bytes ? text_of(*bytes) : bytes.error().message;
  }

  Place place_;
  std::unique_ptr<BlobStore> store_;
};
TYPED_TEST_SUITE_P(AnyBlobStore);

TYPED_TEST_P(AnyBlobStore, GivesBackWhatWasPut) {
  const std::string binary("\0\xff\n\r\0", 5);
  this->put("line-3/item-1/front.jpg", binary);
  EXPECT_EQ(this->get("line-3/item-1/front.jpg"), binary);
}

TYPED_TEST_P(AnyBlobStore, KeepsWhatIsEmpty) {
  if (!TypeParam::kTakesEmpty) GTEST_SKIP() << "this emulator fails on empty bodies";
  this->put("empty", "");
  EXPECT_EQ(this->get("empty"), "");
}

TYPED_TEST_P(AnyBlobStore, ReplacesWhatIsThere) {
  this->put("a", "a long first text");
  this->put("a", "second");
  EXPECT_EQ(this->get("a"), "second");
  EXPECT_THAT(this->store_->list("").value(), testing::ElementsAre("a"));
}

TYPED_TEST_P(AnyBlobStore, ListsAFolder) {
  for (const char* name : {"s/2/b", "s/2/a", "s/10", "st/1", "s-1", "z/\xc3\xa9t\xc3\xa9 1"}) {
    this->put(name, "x");
  }
  EXPECT_THAT(this->store_->list("s").value(), testing::ElementsAre("s/10", "s/2/a", "s/2/b"));
  EXPECT_THAT(this->store_->list("s/2").value(), testing::ElementsAre("s/2/a", "s/2/b"));
  EXPECT_THAT(
      this->store_->list("").value(),
      testing::ElementsAre("s-1", "s/10", "s/2/a", "s/2/b", "st/1", "z/\xc3\xa9t\xc3\xa9 1"));
  EXPECT_THAT(this->store_->list("x").value(), testing::IsEmpty());
  EXPECT_THAT(this->store_->list("s-1").value(), testing::IsEmpty());
}

TYPED_TEST_P(AnyBlobStore, RemovesABlob) {
  this->put("s/1/a", "x");
  this->put("s/1/b", "y");
  EXPECT_TRUE(this->store_->remove("s/1/a"));
  EXPECT_EQ(this->get("s/1/b"), "y");
  EXPECT_TRUE(this->store_->remove("s/1/b"));
  EXPECT_THAT(this->store_->list("").value(), testing::IsEmpty());
  this->put("s/1/a", "again");
  EXPECT_EQ(this->get("s/1/a"), "again");
}

TYPED_TEST_P(AnyBlobStore, WhatIsMissingIsNotFound) {
  this->put("s/1", "x");
  for (const char* name : {"a", "s", "s/2"}) {
    const auto got = this->store_->get(name);
    ASSERT_FALSE(got) << name;
    EXPECT_EQ(got.error().code, base::ErrorCode::not_found);
    EXPECT_THAT(got.error().message, testing::HasSubstr("'" + std::string(name) + "'"));
    const auto removed = this->store_->remove(name);
    ASSERT_FALSE(removed) << name;
    EXPECT_EQ(removed.error().code, base::ErrorCode::not_found);
  }
  EXPECT_EQ(this->get("s/1"), "x");
}

TYPED_TEST_P(AnyBlobStore, NoNameLeadsOut) {
  for (const char* name : {"", "/", "/etc/x", "..", "../x", "a/../../x", "a/./b", "a//b", "a/",
                           ".partial/0", ".x", "a\\..\\b", "a\nb"}) {
    const auto put = this->store_->put(name, bytes_of("x"));
    ASSERT_FALSE(put) << name;
    EXPECT_EQ(put.error().code, base::ErrorCode::invalid) << put.error().message;
    EXPECT_EQ(this->store_->get(name).error().code, base::ErrorCode::invalid) << name;
    EXPECT_EQ(this->store_->remove(name).error().code, base::ErrorCode::invalid) << name;
    if (*name != '\0') {
      EXPECT_EQ(this->store_->list(name).error().code, base::ErrorCode::invalid) << name;
    }
  }
  EXPECT_EQ(this->store_->put(std::string("a\0b", 3), {}).error().code, base::ErrorCode::invalid);
  EXPECT_EQ(this->store_->put(std::string(201, 'a'), {}).error().code, base::ErrorCode::invalid);
  EXPECT_TRUE(this->store_->put(std::string(200, 'a'), bytes_of("x")));
  std::string long_name(199, 'a');
  for (int i = 0; i < 5; ++i) long_name += "/" + std::string(199, 'b');
  EXPECT_EQ(this->store_->put(long_name, {}).error().code, base::ErrorCode::invalid);
}

TYPED_TEST_P(AnyBlobStore, IsThreadSafe) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      const std::string own = "s/" + std::to_string(t);
      for (int i = 0; i < 20; ++i) {
        this->put("shared/a", std::string(1000, static_cast<char>('a' + t)));
        const std::string seen = this->get("shared/a");
        EXPECT_EQ(seen, std::string(1000, seen[0]));
        // The folder s comes and goes.
        this->put(own, "x");
        EXPECT_TRUE(this->store_->remove(own));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(this->store_->list("").value(), testing::ElementsAre("shared/a"));
}

TYPED_TEST_P(AnyBlobStore, CountsBytes) {
  this->put("s/1/a", "four");
  this->put("s/2", "x");
  this->put("st", "not below s");
  EXPECT_EQ(this->store_->bytes("s").value(), 5U);
  EXPECT_EQ(this->store_->bytes("s/1").value(), 4U);
  EXPECT_EQ(this->store_->bytes("").value(), 16U);
  EXPECT_EQ(this->store_->bytes("none").value(), 0U);
}

REGISTER_TYPED_TEST_SUITE_P(AnyBlobStore, GivesBackWhatWasPut, KeepsWhatIsEmpty,
                            ReplacesWhatIsThere, ListsAFolder, RemovesABlob,
                            WhatIsMissingIsNotFound, NoNameLeadsOut, IsThreadSafe, CountsBytes);

}  // namespace sluice::store
