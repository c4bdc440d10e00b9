#include "serve/net/tls.hpp"

#include <boost/asio/ssl/context.hpp>

namespace sluice::serve::net {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

base::Status refine(const error_code& error, const char* what, const std::string& file,
                    const char* remedy) {
  if (!error) return {};
  return base::fail(base::ErrorCode::invalid, "TLS {} {}: {}; {}", what, file, error.message(),
                    remedy);
}

base::Status use_certificate(ssl::context& context, const std::string& certificate,
                             const std::string& key) {
  error_code error;
  context.use_certificate_chain_file(certificate, error);
  auto status = refine(error, "certificate", certificate,
                       "give a readable PEM file with the certificate first, then its chain");
  if (!status) return status;
  if (key.empty()) {
    return base::fail(base::ErrorCode::invalid, "TLS certificate {}: no key; name its PEM file too",
                      certificate);
  }
  context.use_private_key_file(key, ssl::context::pem, error);
  return refine(error, "key", key,
                "give a readable PEM file with the unencrypted key of that certificate");
}

base::Status use_authority(ssl::context& context, const std::string& file) {
  error_code error;
  context.load_verify_file(file, error);
  return refine(error, "authority", file, "give a readable PEM file with CA certificates");
}

TlsContext make_context(ssl::context::method method) {
  auto context = std::make_shared<ssl::context>(method);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  return context;
}

}  // namespace

base::Result<TlsContext> server_tls(const TlsOptions& options) {
  if (options.certificate.empty()) {
    if (options.key.empty() && options.client_ca.empty()) return TlsContext();
    return base::fail(base::ErrorCode::invalid,
                      "TLS: a key or client authority without a certificate; name the "
                      "certificate's PEM file too");
  }
  auto context = make_context(ssl::context::tls_server);
  if (auto used = use_certificate(*context, options.certificate, options.key); !used) {
    return tl::unexpected(used.error());
  }
  if (!options.client_ca.empty()) {
    if (auto used = use_authority(*context, options.client_ca); !used) {
      return tl::unexpected(used.error());
    }
    context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
    // OpenSSL resumes sessions of verified clients only under a named session context.
    constexpr unsigned char kSessions[] = "sluice";
    SSL_CTX_set_session_id_context(context->native_handle(), kSessions, sizeof(kSessions) - 1);
  }
  return context;
}

base::Result<TlsContext> client_tls(const ClientTlsOptions& options) {
  auto context = make_context(ssl::context::tls_client);
  context->set_verify_mode(ssl::verify_peer);
  if (options.ca.empty()) {
    error_code error;
    context->set_default_verify_paths(error);
    if (error) {
      return base::fail(base::ErrorCode::invalid,
                        "TLS: the system's authorities: {}; name a CA file instead",
                        error.message());
    }
  } else if (auto used = use_authority(*context, options.ca); !used) {
    return tl::unexpected(used.error());
  }
  if (!options.certificate.empty()) {
    if (auto used = use_certificate(*context, options.certificate, options.key); !used) {
      return tl::unexpected(used.error());
    }
  }
  return context;
}

}  // namespace sluice::serve::net
