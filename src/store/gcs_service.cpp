#include "store/gcs_service.hpp"

#include <utility>

#include <fmt/format.h>

#include "store/object_listing.hpp"
#include "store/percent.hpp"

namespace sluice::store {

GcsService::GcsService(const GcsOptions& options, std::unique_ptr<GcsToken> token)
    : endpoint_(options.endpoint), bucket_(options.bucket), token_(std::move(token)) {
  while (endpoint_.ends_with('/')) endpoint_.pop_back();
}

std::string GcsService::object_path(const std::string& key) const {
  return fmt::format("/storage/v1/b/{}/o/{}", bucket_, percent_encode(key));
}

ObjectService::Request GcsService::request(const char* method, const std::string& path) {
  const auto token = token_->get();
  if (!token) return tl::unexpected(token.error());
  transfer::HttpRequest request;
  request.method = method;
  request.url = endpoint_ + path;
  if (!token->empty()) request.fields.emplace_back("Authorization", "Bearer " + *token);
  return request;
}

ObjectService::Request GcsService::put(const std::string& key, std::size_t) {
  auto made = request("POST", fmt::format("/upload/storage/v1/b/{}/o?uploadType=media&name={}",
                                          bucket_, percent_encode(key)));
  if (made) made->fields.emplace_back("Content-Type", "application/octet-stream");
  return made;
}

ObjectService::Request GcsService::get(const std::string& key) {
  return request("GET", object_path(key) + "?alt=media");
}

ObjectService::Request GcsService::remove(const std::string& key) {
  return request("DELETE", object_path(key));
}

ObjectService::Request GcsService::head(const std::string& key) {
  return request("GET", object_path(key));  // what is known of it, not its bytes
}

ObjectService::Request GcsService::list(const std::string& prefix, const std::string& next) {
  std::string query = "?fields=items(name,size),nextPageToken";
  if (!prefix.empty()) query += "&prefix=" + percent_encode(prefix);
  if (!next.empty()) query += "&pageToken=" + percent_encode(next);
  return request("GET", fmt::format("/storage/v1/b/{}/o{}", bucket_, query));
}

base::Result<ObjectPage> GcsService::parse_page(std::string_view body) const {
  return parse_gcs_page(body);
}

std::string GcsService::problem_in(std::string_view body) const {
  return problem_in_json(body);
}

}  // namespace sluice::store
