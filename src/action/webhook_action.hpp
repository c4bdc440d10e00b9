// Decisions posted to a web server as CloudEvents.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "action/action.hpp"
#include "transfer/http.hpp"

namespace sluice::action {

struct WebhookOptions {
  std::string url;                                            ///< http or https
  std::string secret;                                         ///< empty: not signed
  std::vector<std::pair<std::string, std::string>> fields{};  ///< further ones of the request
  base::Duration timeout{std::chrono::seconds(10)};
  std::string ca_file{};  ///< PEM file of roots to trust; empty: the system's
};

/// Errors (invalid) name the option and what it may be.
base::Status check(const WebhookOptions& options);

/// CloudEvents 1.0, structured mode: `id` is the event's (for a stream's, ID/raised), `source`
/// /sluice/stations/STATION, `type` sluice.item, sluice.raised or sluice.cleared, `subject` the
/// decision, `data` the details.
[[nodiscard]] std::string cloud_event(const Event& event);

/// "sha256=HEX", the HMAC-SHA256 of the body: the value of the field X-Hub-Signature-256, as GitHub
/// and others send it.
[[nodiscard]] std::string signature_of(std::string_view body, std::string_view secret);

/// Status 2xx: done. 408, 425, 429 and 5xx: unavailable. Others: invalid. `http` is borrowed;
/// nullptr: the loaded client. The options have passed check().
std::unique_ptr<Action> make_webhook_action(WebhookOptions options,
                                            transfer::HttpClient* http = nullptr);

}  // namespace sluice::action
