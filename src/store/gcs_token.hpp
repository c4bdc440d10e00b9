// Access tokens of Google Cloud.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/object_service.hpp"
#include "store/options.hpp"
#include "transfer/http.hpp"

namespace sluice::store {

/// A service account's key file. Contents are secret.
struct ServiceAccount {
  std::string email;
  std::string private_key;  ///< PEM
  std::string token_uri;
};

/// Error (invalid): not such a file's text; its values are not repeated.
base::Result<ServiceAccount> parse_service_account(std::string_view json);

/// The request for a token with a signed claim (RFC 7523) that is valid for an hour from `now`.
/// Error (invalid): the key.
base::Result<transfer::HttpRequest> token_request(const ServiceAccount& account, WallTime now);

struct AccessToken {
  std::string text;
  std::chrono::seconds lifetime{};
};

/// Error (io): not an answer with a token; it is not repeated.
base::Result<AccessToken> parse_token(std::string_view json);

/// Keeps one token, and fetches the next a minute before it ends. Thread-safe.
class GcsToken {
 public:
  /// Reads the key file. Errors: not_found, io, invalid.
  static base::Result<std::unique_ptr<GcsToken>> open(const GcsOptions& options,
                                                      transfer::HttpClient& client, WallClock now);

  /// Empty where access is anonymous. Errors: unavailable, io (refused).
  base::Result<std::string> get();

 private:
  GcsToken(const GcsOptions& options, transfer::HttpClient& client, WallClock now)
      : options_(options), client_(client), now_(now) {}
  [[nodiscard]] base::Result<transfer::HttpRequest> request() const;

  GcsOptions options_;
  ServiceAccount account_;
  transfer::HttpClient& client_;
  WallClock now_;
  std::mutex mutex_;
  std::string token_;
  WallTime until_{};
};

}  // namespace sluice::store
