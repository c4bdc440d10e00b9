#include "cli/http_client.hpp"

#include <optional>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <openssl/ssl.h>

namespace sluice::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using Message = http::request<http::string_body>;
using Parser = http::response_parser<http::string_body>;

base::Result<asio::ssl::context> tls_context(const HttpClientOptions& options) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  const auto problem = [](const std::string& file, const error_code& error) {
    return base::fail(base::ErrorCode::invalid, "{}: cannot be used for TLS: {}", file,
                      error.message());
  };
  error_code error;
  context.set_verify_mode(asio::ssl::verify_peer, error);
  if (options.ca_file.empty()) {
    context.set_default_verify_paths(error);
  } else if (context.load_verify_file(options.ca_file, error)) {
    return problem(options.ca_file, error);
  }
  if (!options.certificate.empty()) {
    if (context.use_certificate_chain_file(options.certificate, error)) {
      return problem(options.certificate, error);
    }
    const auto& key = options.key.empty() ? options.certificate : options.key;
    if (context.use_private_key_file(key, asio::ssl::context::pem, error)) {
      return problem(key, error);
    }
  }
  return context;
}

/// A connection, with or without TLS.
class Connection {
 public:
  Connection(asio::io_context& io, asio::ssl::context* tls) : io_(io) {
    if (tls == nullptr) {
      plain_.emplace(io);
    } else {
      secure_.emplace(io, *tls);
    }
  }

  error_code open(const HttpUrl& url, base::Duration timeout) {
    error_code error;
    asio::ip::tcp::resolver resolver(io_);
    const auto places = resolver.resolve(url.host, url.port, error);
    if (error) return error;
    error = run(timeout, [&](auto done) {
      tcp().async_connect(places, [done](const error_code& code, const auto&) { done(code); });
    });
    if (error) return error;
    tcp().socket().set_option(asio::ip::tcp::no_delay(true), error);
    if (!secure_) return {};
    // The name that the server is asked for is the one its certificate must have.
    std::string name = url.host;  // the macro for this has a C cast
    SSL_ctrl(secure_->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             name.data());
    secure_->set_verify_callback(asio::ssl::host_name_verification(url.host), error);
    return run(timeout,
               [&](auto done) { secure_->async_handshake(asio::ssl::stream_base::client, done); });
  }

  error_code exchange(const Message& message, Parser& parser, base::Duration timeout) {
    return secure_ ? exchange(*secure_, message, parser, timeout)
                   : exchange(*plain_, message, parser, timeout);
  }

 private:
  beast::tcp_stream& tcp() { return secure_ ? secure_->next_layer() : *plain_; }

  /// Starts an operation and waits for it. Beast's timeouts work for asynchronous ones only.
  template <class Start>
  error_code run(base::Duration timeout, Start start) {
    error_code result;
    tcp().expires_after(timeout);
    start([&result](const error_code& code, std::size_t = 0) { result = code; });
    io_.restart();
    io_.run();
    return result;
  }

  template <class Stream>
  error_code exchange(Stream& stream, const Message& message, Parser& parser,
                      base::Duration timeout) {
    // An answer may come before the request is out, and be the reason why it cannot go out.
    const auto written = run(timeout, [&](auto done) { http::async_write(stream, message, done); });
    const auto read =
        run(timeout, [&](auto done) { http::async_read(stream, buffer_, parser, done); });
    return read && written ? written : read;
  }

  asio::io_context& io_;
  std::optional<beast::tcp_stream> plain_;
  std::optional<beast::ssl_stream<beast::tcp_stream>> secure_;
  beast::flat_buffer buffer_;
};

/// The server closed a connection that was kept: nobody's fault.
bool was_closed(const error_code& error) {
  return error == http::error::end_of_stream || error == asio::error::eof ||
         error == asio::error::connection_reset || error == asio::error::broken_pipe ||
         error == asio::ssl::error::stream_truncated;
}

class Client final : public HttpClient {
 public:
  Client(HttpUrl url, HttpClientOptions options, std::optional<asio::ssl::context> tls)
      : url_(std::move(url)), options_(std::move(options)), tls_(std::move(tls)) {}

  base::Result<HttpReply> send(const HttpRequest& request) override {
    const Message message = to_message(request);
    for (;;) {
      const bool kept = connection_.has_value();
      if (!kept) {
        connection_.emplace(io_, tls_ ? &*tls_ : nullptr);
        if (const auto error = connection_->open(url_, options_.timeout)) {
          return failed("cannot connect", error);
        }
      }
      Parser parser;
      parser.body_limit(options_.most_bytes);
      if (message.method() == http::verb::head) parser.skip(true);
      if (const auto error = connection_->exchange(message, parser, options_.timeout)) {
        if (kept && was_closed(error) && !parser.got_some()) {
          connection_.reset();
          continue;
        }
        return failed("no answer", error);
      }
      if (!parser.keep_alive()) connection_.reset();
      return to_reply(parser);
    }
  }

 private:
  [[nodiscard]] Message to_message(const HttpRequest& request) const {
    Message message;
    message.method_string(request.method);
    message.target(fmt::format("{}{}", url_.path, request.target));
    message.version(11);
    const bool brackets = url_.host.find(':') != std::string::npos;
    message.set(http::field::host, fmt::format("{}{}{}:{}", brackets ? "[" : "", url_.host,
                                               brackets ? "]" : "", url_.port));
    message.set(http::field::user_agent, "sluice/" SLUICE_VERSION);
    if (!options_.token.empty()) {
      message.set(http::field::authorization, fmt::format("Bearer {}", options_.token));
    }
    for (const auto& [name, value] : request.fields) message.set(name, value);
    message.body() = request.body;
    message.prepare_payload();
    return message;
  }

  static HttpReply to_reply(Parser& parser) {
    auto& message = parser.get();
    HttpReply reply;
    reply.status = message.result_int();
    for (const auto& field : message) {
      reply.fields.emplace_back(std::string(field.name_string()), std::string(field.value()));
    }
    reply.body = std::move(message.body());
    return reply;
  }

  /// A connection on which something went wrong is not used again.
  tl::unexpected<base::Error> failed(std::string_view what, const error_code& error) {
    connection_.reset();
    if (error == beast::error::timeout) {
      return base::fail(base::ErrorCode::unavailable, "{}: {} within {} s", to_string(url_), what,
                        base::to_seconds(options_.timeout));
    }
    return base::fail(base::ErrorCode::unavailable, "{}: {}: {}", to_string(url_), what,
                      error.message());
  }

  HttpUrl url_;
  HttpClientOptions options_;
  asio::io_context io_;
  std::optional<asio::ssl::context> tls_;
  std::optional<Connection> connection_;
};

}  // namespace

base::Result<std::unique_ptr<HttpClient>> HttpClient::create(HttpUrl url,
                                                             HttpClientOptions options) {
  std::optional<asio::ssl::context> tls;
  if (url.tls) {
    auto context = tls_context(options);
    if (!context) return tl::unexpected(context.error());
    tls.emplace(std::move(*context));
  }
  return std::make_unique<Client>(std::move(url), std::move(options), std::move(tls));
}

}  // namespace sluice::cli
