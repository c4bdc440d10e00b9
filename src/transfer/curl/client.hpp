// The HTTP client with libcurl.
#pragma once

#include "transfer/curl/handle_pool.hpp"
#include "transfer/http.hpp"

namespace sluice::transfer::curl {

/// Requests at the same time have a handle, and so a connection, each.
class CurlClient final : public HttpClient {
 public:
  base::Result<HttpAnswer> send(const HttpRequest& request) override;

 private:
  HandlePool handles_;
};

}  // namespace sluice::transfer::curl
