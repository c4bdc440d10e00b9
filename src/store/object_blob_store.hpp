// Blobs as objects of a cloud.
#pragma once

#include <memory>
#include <string>

#include "store/blob_store.hpp"
#include "store/object_service.hpp"

namespace sluice::store {

/// A blob "a/b.jpg" is the object PREFIXa/b.jpg. Each call is one request (a list one for each 1000
/// objects) and waits for the network. An answer of 500 or 502 is tried again at once, twice at
/// most; nothing else is. Thread-safe.
class ObjectBlobStore final : public BlobStore {
 public:
  struct Limits {
    base::Duration timeout{};
    std::string ca_file{};
  };

  /// The client outlives it. `name` of the place is for messages.
  ObjectBlobStore(std::string name, std::unique_ptr<ObjectService> service, std::string prefix,
                  Limits limits, transfer::HttpClient& client);

  /// Further errors: unavailable (no connection, the service is busy), io (no bucket, no rights).
  base::Status put(const std::string& name, std::span<const std::byte> bytes) override;
  [[nodiscard]] base::Result<Bytes> get(const std::string& name) const override;
  base::Status remove(const std::string& name) override;
  [[nodiscard]] base::Result<std::vector<std::string>> list(
      const std::string& folder) const override;
  [[nodiscard]] base::Result<std::uint64_t> bytes(const std::string& folder) const override;

 private:
  base::Result<transfer::HttpAnswer> send(ObjectService::Request request,
                                          std::string body = {}) const;
  base::Error refused(const transfer::HttpAnswer& answer) const;
  base::Result<std::vector<ObjectPage::Object>> objects(const std::string& folder) const;

  std::string name_;
  std::unique_ptr<ObjectService> service_;
  std::string prefix_;
  Limits limits_;
  transfer::HttpClient& client_;
};

}  // namespace sluice::store
