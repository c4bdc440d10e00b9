// A client of version 2 of the TCP protocol that waits for each answer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "serve/net/tls.hpp"
#include "serve/tcp/frame_v2.hpp"

namespace sluice::serve::tcp {

struct ClientOptions {
  std::string host = "127.0.0.1";  ///< name or address
  std::uint16_t port = 8008;
  std::string token;                         ///< empty: none is sent
  std::optional<net::ClientTlsOptions> tls;  ///< nullopt: no TLS
  /// For connecting, and for each answer.
  base::Duration timeout{std::chrono::seconds(30)};
};

/// An answer to an inference: the outputs, or the refusal with its reason.
using InferAnswer = tl::expected<v2::InferReply, v2::ErrorReply>;

/// One connection. After an Error of code io, unavailable or internal the connection is of no
/// use any more; make a new one. Not thread-safe.
class Client {
 public:
  /// Errors: unknown host, nobody there, TLS (unavailable); TLS files, token (invalid).
  static base::Result<Client> connect(const ClientOptions& options);
  ~Client();
  Client(Client&& other) noexcept;
  Client& operator=(Client&& other) noexcept;

  /// Its id is chosen here. The outer Error: the connection failed; the inner one: the server
  /// refused.
  base::Result<InferAnswer> infer(v2::Infer request);
  /// Whether the server is ready.
  base::Result<bool> ping();
  base::Result<std::vector<ModelStatus>> models();
  /// Empty version: the newest. Errors: not_found, unavailable, as the server says.
  base::Result<ModelDescription> model(const std::string& name, const std::string& version = {});

  /// For clients that keep several requests in flight: sends without waiting, and waits for the
  /// next answer to any.
  base::Status send(const v2::ClientMessage& message);
  base::Result<v2::ServerMessage> receive();

 private:
  struct Link;
  explicit Client(std::unique_ptr<Link> link);
  /// Sends, and gives the answer of that type; a refusal becomes an Error.
  template <class Answer, class Message>
  base::Result<Answer> call(Message message);

  std::unique_ptr<Link> link_;
  std::uint64_t last_id_ = 0;
};

}  // namespace sluice::serve::tcp
