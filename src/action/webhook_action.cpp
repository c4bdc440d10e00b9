#include "action/webhook_action.hpp"

#include <array>

#include <fmt/ranges.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "action/event.hpp"
#include "base/json.hpp"

namespace sluice::action {
namespace {

// Of an answer that is not looked at.
constexpr std::size_t kMostAnswerBytes = std::size_t{1} << 20;

bool percent_encoded(char c) {
  const bool unreserved = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                          (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~';
  return !unreserved;
}

/// For one segment of a URI's path (RFC 3986).
std::string uri_segment(const std::string& text) {
  std::string segment;
  for (const char c : text) {
    if (percent_encoded(c)) {
      segment += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      segment += c;
    }
  }
  return segment;
}

class WebhookAction final : public Action {
 public:
  WebhookAction(WebhookOptions options, transfer::HttpClient* http)
      : options_(std::move(options)), http_(http) {}

  base::Status act(const Event& event) override {
    transfer::HttpClient* http = http_;
    if (http == nullptr) {
      const auto loaded = transfer::http_client();
      if (!loaded) return tl::unexpected(loaded.error());
      http = *loaded;
    }
    transfer::HttpRequest request{.method = "POST",
                                  .url = options_.url,
                                  .fields = options_.fields,
                                  .body = cloud_event(event),
                                  .timeout = options_.timeout,
                                  .most_bytes = kMostAnswerBytes,
                                  .ca_file = options_.ca_file};
    request.fields.emplace_back("Content-Type", "application/cloudevents+json; charset=utf-8");
    if (!options_.secret.empty()) {
      request.fields.emplace_back("X-Hub-Signature-256",
                                  signature_of(request.body, options_.secret));
    }
    const auto answer = http->send(request);
    if (!answer) return tl::unexpected(base::with_context("webhook", answer.error()));
    const int status = answer->status;
    if (status >= 200 && status < 300) return {};
    const bool later = status >= 500 || status == 408 || status == 425 || status == 429;
    return base::fail(later ? base::ErrorCode::unavailable : base::ErrorCode::invalid,
                      "webhook: the server answered with status {}", status);
  }

 private:
  const WebhookOptions options_;
  transfer::HttpClient* const http_;
};

}  // namespace

base::Status check(const WebhookOptions& options) {
  if (!options.url.starts_with("http://") && !options.url.starts_with("https://")) {
    return base::fail(base::ErrorCode::invalid, "url must begin with http:// or https://");
  }
  if (options.timeout <= base::Duration::zero()) {
    return base::fail(base::ErrorCode::invalid, "timeout must be positive");
  }
  return {};
}

std::string cloud_event(const Event& event) {
  return base::to_json(boost::json::object{
      {"specversion", "1.0"},
      {"id", unique_id(event)},
      {"source", "/sluice/stations/" + uri_segment(event.station)},
      {"type", "sluice." + event.kind},
      {"subject", event.decision},
      {"time", event.time},
      {"datacontenttype", "application/json"},
      {"data", event.details},
  });
}

std::string signature_of(std::string_view body, std::string_view secret) {
  std::array<unsigned char, 32> digest{};
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data(), nullptr);
  return fmt::format("sha256={:02x}", fmt::join(digest, ""));
}

std::unique_ptr<Action> make_webhook_action(WebhookOptions options, transfer::HttpClient* http) {
  return std::make_unique<WebhookAction>(std::move(options), http);
}

}  // namespace sluice::action
