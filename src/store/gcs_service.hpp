// The protocol of Google Cloud Storage.
#pragma once

#include <memory>

#include "store/gcs_token.hpp"
#include "store/object_service.hpp"
#include "store/options.hpp"

namespace sluice::store {

/// https://cloud.google.com/storage/docs/json_api.
class GcsService final : public ObjectService {
 public:
  /// The options are checked.
  GcsService(const GcsOptions& options, std::unique_ptr<GcsToken> token);

  [[nodiscard]] Request put(const std::string& key, std::size_t bytes) override;
  [[nodiscard]] Request get(const std::string& key) override;
  [[nodiscard]] Request remove(const std::string& key) override;
  [[nodiscard]] Request head(const std::string& key) override;
  [[nodiscard]] Request list(const std::string& prefix, const std::string& next) override;
  [[nodiscard]] base::Result<ObjectPage> parse_page(std::string_view body) const override;
  [[nodiscard]] std::string problem_in(std::string_view body) const override;

 private:
  [[nodiscard]] Request request(const char* method, const std::string& path);
  [[nodiscard]] std::string object_path(const std::string& key) const;

  std::string endpoint_;  ///< without a "/" at the end
  std::string bucket_;
  std::unique_ptr<GcsToken> token_;
};

}  // namespace sluice::store
