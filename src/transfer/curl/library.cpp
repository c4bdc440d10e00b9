// The loadable library: what transfer/http.hpp promises, with libcurl.
#include "transfer/curl/client.hpp"

extern "C" [[gnu::visibility("default")]] sluice::transfer::HttpClient* sluice_http_client() {
  static sluice::transfer::curl::CurlClient client;
  return &client;
}
