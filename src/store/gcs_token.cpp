#include "store/gcs_token.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "base/json.hpp"
#include "store/atomic_file.hpp"
#include "store/percent.hpp"
#include "store/signing.hpp"

namespace sluice::store {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds kClaimLifetime{3600};
constexpr std::chrono::seconds kTokenMargin{60};
constexpr const char* kScope = "https://www.googleapis.com/auth/devstorage.read_write";

/// The object's texts by those keys, or the first key that has none.
base::Result<json::object> parse_object(std::string_view text) {
  boost::system::error_code error;
  json::value value = json::parse({text.data(), text.size()}, error);
  if (error || !value.is_object()) return base::fail(base::ErrorCode::invalid, "is no JSON object");
  return std::move(value.get_object());
}

base::Result<std::string> text_member(const json::object& object, const char* key) {
  const json::value* member = object.if_contains(key);
  if (member == nullptr || !member->is_string() || member->get_string().empty()) {
    return base::fail(base::ErrorCode::invalid, "has no {}", key);
  }
  return std::string(member->get_string());
}

}  // namespace

base::Result<ServiceAccount> parse_service_account(std::string_view text) {
  const auto object = parse_object(text);
  if (!object) return tl::unexpected(object.error());
  ServiceAccount account;
  for (const auto& [key, member] : {std::pair("client_email", &account.email),
                                    {"private_key", &account.private_key},
                                    {"token_uri", &account.token_uri}}) {
    auto value = text_member(*object, key);
    if (!value) return tl::unexpected(value.error());
    *member = std::move(*value);
  }
  return account;
}

base::Result<transfer::HttpRequest> token_request(const ServiceAccount& account, WallTime now) {
  const auto issued = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
  const std::string claim = base::to_json(json::value{{"iss", account.email},
                                                      {"scope", kScope},
                                                      {"aud", account.token_uri},
                                                      {"iat", issued.count()},
                                                      {"exp", (issued + kClaimLifetime).count()}});
  const std::string text = base64_url(R"({"alg":"RS256","typ":"JWT"})") + "." + base64_url(claim);
  const auto signature = rs256(account.private_key, text);
  if (!signature) return tl::unexpected(base::with_context("private_key", signature.error()));
  transfer::HttpRequest request;
  request.method = "POST";
  request.url = account.token_uri;
  request.fields.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  request.body = "grant_type=" + percent_encode("urn:ietf:params:oauth:grant-type:jwt-bearer") +
                 "&assertion=" + text + "." + base64_url(*signature);
  return request;
}

base::Result<AccessToken> parse_token(std::string_view text) {
  const auto object = parse_object(text);
  const auto token = object ? text_member(*object, "access_token") : tl::unexpected(object.error());
  const json::value* lifetime = object ? object->if_contains("expires_in") : nullptr;
  if (!token || lifetime == nullptr || !lifetime->is_int64() || lifetime->get_int64() < 0 ||
      lifetime->get_int64() > 1'000'000) {
    return base::fail(base::ErrorCode::io, "the answer has no access_token that expires_in");
  }
  return AccessToken{*token, std::chrono::seconds(lifetime->get_int64())};
}

base::Result<std::unique_ptr<GcsToken>> GcsToken::open(const GcsOptions& options,
                                                       transfer::HttpClient& client,
                                                       WallClock now) {
  std::unique_ptr<GcsToken> token(new GcsToken(options, client, now));
  if (options.access != GcsOptions::Access::service_account) return token;
  std::ifstream stream(options.credentials, std::ios::binary);
  if (!stream) return tl::unexpected(io_error("cannot read", options.credentials, errno));
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  auto account = parse_service_account(text);
  if (!account) {
    return tl::unexpected(base::with_context(options.credentials.string(), account.error()));
  }
  token->account_ = std::move(*account);
  return token;
}

base::Result<transfer::HttpRequest> GcsToken::request() const {
  if (options_.access == GcsOptions::Access::service_account) {
    return token_request(account_, now_());
  }
  transfer::HttpRequest request;
  request.url =
      options_.metadata_endpoint + "/computeMetadata/v1/instance/service-accounts/default/token";
  request.fields.emplace_back("Metadata-Flavor", "Google");
  return request;
}

base::Result<std::string> GcsToken::get() {
  if (options_.access == GcsOptions::Access::anonymous) return std::string();
  const std::lock_guard lock(mutex_);
  if (!token_.empty() && now_() < until_) return token_;
  auto wanted = request();
  if (!wanted) return tl::unexpected(wanted.error());
  wanted->timeout = options_.timeout;
  wanted->ca_file = options_.ca_file;
  const auto answer = client_.send(*wanted);
  if (!answer) return tl::unexpected(answer.error());
  if (answer->status != 200) {
    return base::fail(answer->status >= 500 ? base::ErrorCode::unavailable : base::ErrorCode::io,
                      "no access token: answered {}; check the service account and the clock",
                      answer->status);
  }
  auto token = parse_token(answer->body);
  if (!token) return tl::unexpected(token.error());
  token_ = std::move(token->text);
  until_ = now_() + token->lifetime - kTokenMargin;
  return token_;
}

}  // namespace sluice::store
