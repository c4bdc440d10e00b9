// The protocol of Azure Blob Storage.
#pragma once

#include <utility>
#include <vector>

#include "store/azure_account.hpp"
#include "store/object_service.hpp"

namespace sluice::store {

/// https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api, version 2021-08-06.
/// Requests carry the account's shared access signature or are signed with its key.
class AzureService final : public ObjectService {
 public:
  using Query = std::vector<std::pair<std::string, std::string>>;  ///< by name

  AzureService(AzureAccount account, const std::string& container, WallClock now);

  /// Any request for the blob `key` of the container, or the container itself (empty), with a body
  /// of that size.
  [[nodiscard]] transfer::HttpRequest request(const char* method, const std::string& key,
                                              const Query& query, std::size_t bytes = 0) const;

  [[nodiscard]] Request put(const std::string& key, std::size_t bytes) override;
  [[nodiscard]] Request get(const std::string& key) override;
  [[nodiscard]] Request remove(const std::string& key) override;
  [[nodiscard]] Request head(const std::string& key) override;
  [[nodiscard]] Request list(const std::string& prefix, const std::string& next) override;
  [[nodiscard]] base::Result<ObjectPage> parse_page(std::string_view body) const override;
  [[nodiscard]] std::string problem_in(std::string_view body) const override;

 private:
  void sign(transfer::HttpRequest& request, const std::string& path, const Query& query,
            std::size_t bytes) const;

  AzureAccount account_;
  std::string container_;
  WallClock now_;
};

}  // namespace sluice::store
