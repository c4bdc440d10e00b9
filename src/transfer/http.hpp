// Requests to HTTP servers elsewhere: object stores, webhooks, cameras. What does it (libcurl and
// the libraries behind it) is a library of its own, src/transfer/curl/, loaded when first needed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace sluice::transfer {

/// Signs a request as Amazon's services and those that copy them want it (signature version 4).
struct AwsSignature {
  std::string access_key;
  std::string secret_key;
  std::string session_token{};  ///< empty: none
  std::string region = "us-east-1";
  std::string service = "s3";
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;  ///< http or https
  std::vector<std::pair<std::string, std::string>> fields{};
  std::string body{};
  /// For all of the exchange, looking up the name and connecting included.
  base::Duration timeout{std::chrono::seconds(10)};
  std::size_t most_bytes = std::size_t{64} << 20;  ///< of the answer's body
  std::string ca_file{};                    ///< PEM file of roots to trust; empty: the system's
  const AwsSignature* signature = nullptr;  ///< borrowed
};

struct HttpAnswer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;

  /// The first field with that name, in any case; empty: none.
  [[nodiscard]] std::string_view field(std::string_view name) const;
};

/// Thread-safe. Connections are kept and used again.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  /// Blocks, at most for the request's timeout. Any status is an answer; redirections are not
  /// followed. Errors (never with the URL's query or user): invalid (the URL), unavailable (no
  /// connection, no answer in time, an answer larger than wanted).
  virtual base::Result<HttpAnswer> send(const HttpRequest& request) = 0;
};

/// The client, loaded on first use. Error (unsupported): its library is not installed, or one that
/// it needs. Thread-safe.
base::Result<HttpClient*> http_client();

}  // namespace sluice::transfer
