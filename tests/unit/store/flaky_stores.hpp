// Stores that are away when told so, and remember what was asked of them.
#pragma once

#include <string>
#include <vector>

#include "store/memory_blob_store.hpp"
#include "store/memory_record_store.hpp"

namespace sluice::store {

inline tl::unexpected<base::Error> away() {
  return base::fail(base::ErrorCode::unavailable, "the network is away");
}

struct FlakyState {
  bool away = false;
  std::vector<std::string> calls{};  ///< that took effect
  int attempts = 0;
};

class FlakyBlobStore final : public BlobStore {
 public:
  explicit FlakyBlobStore(FlakyState& state, BlobStore& blobs) : state_(state), blobs_(blobs) {}

  base::Status put(const std::string& name, std::span<const std::byte> bytes) override {
    ++state_.attempts;
    if (state_.away) return store::away();
    state_.calls.push_back("put " + name);
    return blobs_.put(name, bytes);
  }
  [[nodiscard]] base::Result<Bytes> get(const std::string& name) const override {
    if (state_.away) return store::away();
    return blobs_.get(name);
  }
  base::Status remove(const std::string& name) override {
    ++state_.attempts;
    if (state_.away) return store::away();
    state_.calls.push_back("remove " + name);
    return blobs_.remove(name);
  }
  [[nodiscard]] base::Result<std::vector<std::string>> list(
      const std::string& folder) const override {
    if (state_.away) return store::away();
    return blobs_.list(folder);
  }

 private:
  FlakyState& state_;
  BlobStore& blobs_;
};

class FlakyRecordStore final : public RecordStore {
 public:
  explicit FlakyRecordStore(FlakyState& state, RecordStore& records)
      : state_(state), records_(records) {}

  base::Status put(const Record& record) override {
    ++state_.attempts;
    if (state_.away) return store::away();
    if (record.body == "refuse") return base::fail(base::ErrorCode::invalid, "no such body");
    state_.calls.push_back("put " + record.id);
    return records_.put(record);
  }
  [[nodiscard]] base::Result<Record> get(const std::string&) const override {
    return store::away();  // is never asked
  }
  base::Status remove(const std::string& id) override {
    ++state_.attempts;
    if (state_.away) return store::away();
    state_.calls.push_back("remove " + id);
    return records_.remove(id);
  }
  [[nodiscard]] base::Result<Page> find(const Query&) const override { return store::away(); }

 private:
  FlakyState& state_;
  RecordStore& records_;
};

}  // namespace sluice::store
