#include "store/azure_account.hpp"

#include <map>

#include <fmt/format.h>

#include "store/signing.hpp"

namespace sluice::store {
namespace {

tl::unexpected<base::Error> bad_connection(std::string_view what) {
  return base::fail(base::ErrorCode::invalid, "connection_string: {}", what);
}

}  // namespace

base::Result<AzureAccount> parse_azure_account(std::string_view connection_string) {
  std::map<std::string, std::string, std::less<>> values;
  while (!connection_string.empty()) {
    const auto end = connection_string.find(';');
    const std::string_view part = connection_string.substr(0, end);
    connection_string.remove_prefix(end == std::string_view::npos ? connection_string.size()
                                                                  : end + 1);
    if (part.empty()) continue;
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) return bad_connection("is not NAME=VALUE;NAME=VALUE...");
    values.insert_or_assign(std::string(part.substr(0, equals)),
                            std::string(part.substr(equals + 1)));
  }
  if (values["UseDevelopmentStorage"] == "true") {
    return bad_connection("UseDevelopmentStorage is not known here; write out the connection");
  }
  AzureAccount account;
  account.name = values["AccountName"];
  account.sas = values["SharedAccessSignature"];
  if (account.sas.starts_with('?')) account.sas.erase(0, 1);
  auto key = from_base64(values["AccountKey"]);
  if (!key) return bad_connection("AccountKey is not base64");
  account.key = std::move(*key);
  if (account.key.empty() == account.sas.empty()) {
    return bad_connection("must have either AccountKey or SharedAccessSignature");
  }
  if (!account.key.empty() && account.name.empty()) return bad_connection("AccountName is missing");

  account.endpoint = values["BlobEndpoint"];
  if (account.endpoint.empty()) {
    if (account.name.empty()) return bad_connection("AccountName or BlobEndpoint is missing");
    const std::string& scheme = values["DefaultEndpointsProtocol"];
    const std::string& suffix = values["EndpointSuffix"];
    account.endpoint = fmt::format("{}://{}.blob.{}", scheme.empty() ? "https" : scheme,
                                   account.name, suffix.empty() ? "core.windows.net" : suffix);
  }
  if (!account.endpoint.starts_with("http://") && !account.endpoint.starts_with("https://")) {
    return bad_connection("the endpoint must begin with http:// or https://");
  }
  while (account.endpoint.ends_with('/')) account.endpoint.pop_back();
  return account;
}

}  // namespace sluice::store
