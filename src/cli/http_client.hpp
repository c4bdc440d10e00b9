// A small HTTP client for the commands that talk to a running daemon.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace sluice::cli {

/// Where a daemon is.
struct HttpUrl {
  bool tls = false;
  std::string host;  ///< name or address, an IPv6 one without its brackets
  std::string port;  ///< the scheme's own if the URL has none
  std::string path;  ///< goes before every target; empty or "/..." without a slash at its end
};

/// "http://HOST[:PORT][/PATH]" or https; without a scheme http. Errors: what is wrong with it.
[[nodiscard]] base::Result<HttpUrl> parse_http_url(std::string_view text);
/// "http://127.0.0.1:8000".
[[nodiscard]] std::string to_string(const HttpUrl& url);

struct HttpClientOptions {
  base::Duration timeout{std::chrono::seconds(5)};  ///< for connecting, and for each exchange
  std::string token{};                              ///< sent as bearer token; empty: none
  std::string ca_file{};      ///< PEM file that the server's certificate must lead to; empty: the
                              ///< system's
  std::string certificate{};  ///< PEM file to show to the server; empty: none
  std::string key{};          ///< PEM file, of `certificate`
  std::uint64_t most_bytes = 256ull << 20;  ///< of an answer's body
};

/// The first line of a token file, without the space around it. Errors: unreadable, empty.
[[nodiscard]] base::Result<std::string> read_token_file(const std::string& path);

using HttpFields = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method = "GET";
  std::string target = "/";  ///< path and query, percent-encoded
  HttpFields fields{};
  std::string body{};
};

struct HttpReply {
  unsigned status = 0;
  HttpFields fields;
  std::string body;

  /// The first field with this name (in any case); empty: none.
  [[nodiscard]] std::string_view field(std::string_view name) const;
};

/// One connection, made at the first request and kept as long as the server keeps it. Blocks, but
/// never longer than the timeout (looking up a name excepted). Not thread-safe.
class HttpClient {
 public:
  /// Errors: a certificate or key file that cannot be used.
  static base::Result<std::unique_ptr<HttpClient>> create(HttpUrl url, HttpClientOptions options);
  virtual ~HttpClient() = default;

  /// Any status is an answer. A request goes out again, on a new connection, only if the server
  /// had closed the kept one before it answered anything. Errors: unavailable, when the server
  /// cannot be reached, does not answer in time, or says what is not HTTP.
  virtual base::Result<HttpReply> send(const HttpRequest& request) = 0;
};

}  // namespace sluice::cli
