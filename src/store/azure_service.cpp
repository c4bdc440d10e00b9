#include "store/azure_service.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "store/object_listing.hpp"
#include "store/percent.hpp"
#include "store/signing.hpp"

namespace sluice::store {
namespace {

constexpr const char* kAzureVersion = "2021-08-06";

/// "Sun, 22 Nov 2026 12:00:00 GMT".
std::string http_date(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                     fmt::gmtime(static_cast<std::time_t>(seconds)));
}

}  // namespace

AzureService::AzureService(AzureAccount account, const std::string& container, WallClock now)
    : account_(std::move(account)), container_(container), now_(now) {}

transfer::HttpRequest AzureService::request(const char* method, const std::string& key,
                                            const Query& query, std::size_t bytes) const {
  const std::string path =
      "/" + container_ + (key.empty() ? "" : "/" + percent_encode(key, /*keep_slash=*/true));
  transfer::HttpRequest request;
  request.method = method;
  request.url = account_.endpoint + path;
  char separator = '?';
  for (const auto& [name, value] : query) {
    request.url += fmt::format("{}{}={}", separator, name, percent_encode(value));
    separator = '&';
  }
  // In the order of their names, as the signature wants them.
  if (request.method == "PUT") request.fields.emplace_back("x-ms-blob-type", "BlockBlob");
  request.fields.emplace_back("x-ms-date", http_date(now_()));
  request.fields.emplace_back("x-ms-version", kAzureVersion);
  if (account_.key.empty()) {
    request.url += separator + account_.sas;
  } else {
    sign(request, path, query, bytes);
  }
  return request;
}

// https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
void AzureService::sign(transfer::HttpRequest& request, const std::string& path, const Query& query,
                        std::size_t bytes) const {
  // An endpoint may have a path of its own, as that of the emulator has.
  const auto host = account_.endpoint.find("://") + 3;
  const auto slash = account_.endpoint.find('/', host);
  const std::string base_path =
      slash == std::string::npos ? std::string() : account_.endpoint.substr(slash);

  // Method, encoding, language, length, then eight further fields that are not used.
  std::string text = fmt::format("{}\n\n\n{}\n\n\n\n\n\n\n\n\n", request.method,
                                 bytes == 0 ? "" : std::to_string(bytes));
  for (const auto& [name, value] : request.fields) text += fmt::format("{}:{}\n", name, value);
  text += fmt::format("/{}{}{}", account_.name, base_path, path);
  for (const auto& [name, value] : query) text += fmt::format("\n{}:{}", name, value);
  request.fields.emplace_back(
      "Authorization",
      fmt::format("SharedKey {}:{}", account_.name, base64(hmac_sha256(account_.key, text))));
}

ObjectService::Request AzureService::put(const std::string& key, std::size_t bytes) {
  return request("PUT", key, {}, bytes);
}

ObjectService::Request AzureService::get(const std::string& key) {
  return request("GET", key, {});
}

ObjectService::Request AzureService::remove(const std::string& key) {
  return request("DELETE", key, {});
}

ObjectService::Request AzureService::head(const std::string& key) {
  return request("HEAD", key, {});
}

ObjectService::Request AzureService::list(const std::string& prefix, const std::string& next) {
  Query query{{"comp", "list"}};
  if (!next.empty()) query.emplace_back("marker", next);
  if (!prefix.empty()) query.emplace_back("prefix", prefix);
  query.emplace_back("restype", "container");
  return request("GET", "", query);
}

base::Result<ObjectPage> AzureService::parse_page(std::string_view body) const {
  return parse_azure_page(body);
}

std::string AzureService::problem_in(std::string_view body) const {
  return problem_in_xml(body);
}

}  // namespace sluice::store
