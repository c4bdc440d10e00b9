#include "store/s3_service.hpp"

#include <fmt/format.h>

#include "store/object_listing.hpp"
#include "store/percent.hpp"

namespace sluice::store {
namespace {

std::string bucket_url(const S3Options& options) {
  std::string endpoint = options.endpoint.empty()
                             ? fmt::format("https://s3.{}.amazonaws.com", options.region)
                             : options.endpoint;
  while (endpoint.ends_with('/')) endpoint.pop_back();
  if (options.path_style) return fmt::format("{}/{}/", endpoint, options.bucket);
  const auto host = endpoint.find("://") + 3;
  return endpoint.insert(host, options.bucket + ".") + "/";
}

}  // namespace

S3Service::S3Service(const S3Options& options)
    : bucket_url_(bucket_url(options)),
      signature_{.access_key = options.access_key,
                 .secret_key = options.secret_key,
                 .session_token = options.session_token,
                 .region = options.region,
                 .service = "s3"} {}

transfer::HttpRequest S3Service::request(const char* method, const std::string& rest) const {
  transfer::HttpRequest request;
  request.method = method;
  request.url = bucket_url_ + rest;
  if (!signature_.access_key.empty()) request.signature = &signature_;
  return request;
}

ObjectService::Request S3Service::put(const std::string& key, std::size_t) {
  return request("PUT", percent_encode(key, true));
}

ObjectService::Request S3Service::get(const std::string& key) {
  return request("GET", percent_encode(key, true));
}

ObjectService::Request S3Service::remove(const std::string& key) {
  return request("DELETE", percent_encode(key, true));
}

ObjectService::Request S3Service::head(const std::string& key) {
  return request("HEAD", percent_encode(key, true));
}

ObjectService::Request S3Service::list(const std::string& prefix, const std::string& next) {
  // In the order of their names, as the signature wants them.
  std::string query = "?";
  if (!next.empty()) query += "continuation-token=" + percent_encode(next) + "&";
  query += "list-type=2";
  if (!prefix.empty()) query += "&prefix=" + percent_encode(prefix);
  return request("GET", query);
}

base::Result<ObjectPage> S3Service::parse_page(std::string_view body) const {
  return parse_s3_page(body);
}

std::string S3Service::problem_in(std::string_view body) const {
  return problem_in_xml(body);
}

}  // namespace sluice::store
