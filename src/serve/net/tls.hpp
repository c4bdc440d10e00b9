// TLS contexts from the files that the options name.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "serve/net/options.hpp"

namespace boost::asio::ssl {
class context;
}

namespace sluice::serve::net {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

/// For listeners: TLS 1.2 and newer; with `client_ca`, clients must show a certificate of it.
/// nullptr when no certificate is configured: no TLS. Errors (invalid) name the file and the
/// remedy.
base::Result<TlsContext> server_tls(const TlsOptions& options);

struct ClientTlsOptions {
  std::string ca;           ///< PEM file that the server's certificate must lead to; empty: the
                            ///< system's authorities
  std::string certificate;  ///< PEM file to show to the server; empty: none
  std::string key;          ///< PEM file of that certificate's key
};

/// For clients: verifies the server's certificate. Errors as server_tls().
base::Result<TlsContext> client_tls(const ClientTlsOptions& options);

}  // namespace sluice::serve::net
