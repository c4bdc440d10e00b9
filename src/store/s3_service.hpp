// The protocol of Amazon S3.
#pragma once

#include "store/object_service.hpp"
#include "store/options.hpp"

namespace sluice::store {

/// https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html. Requests are signed by the
/// transfer layer.
class S3Service final : public ObjectService {
 public:
  /// The options are checked.
  explicit S3Service(const S3Options& options);

  [[nodiscard]] Request put(const std::string& key, std::size_t bytes) override;
  [[nodiscard]] Request get(const std::string& key) override;
  [[nodiscard]] Request remove(const std::string& key) override;
  [[nodiscard]] Request head(const std::string& key) override;
  [[nodiscard]] Request list(const std::string& prefix, const std::string& next) override;
  [[nodiscard]] base::Result<ObjectPage> parse_page(std::string_view body) const override;
  [[nodiscard]] std::string problem_in(std::string_view body) const override;

 private:
  [[nodiscard]] transfer::HttpRequest request(const char* method, const std::string& rest) const;

  std::string bucket_url_;  ///< ends with "/"
  transfer::AwsSignature signature_;
};

}  // namespace sluice::store
