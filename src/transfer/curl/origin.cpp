#include "transfer/curl/origin.hpp"

#include <memory>

#include <curl/curl.h>

namespace sluice::transfer::curl {
namespace {

struct UrlCleanup {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

/// Empty where the URL has no such part.
std::string url_part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

}  // namespace

base::Result<std::string> origin_of(const std::string& url) {
  const std::unique_ptr<CURLU, UrlCleanup> parsed(curl_url());
  if (!parsed) return base::fail(base::ErrorCode::unavailable, "out of memory");
  const CURLUcode code = url.find('\0') != std::string::npos
                             ? CURLUE_MALFORMED_INPUT
                             : curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0);
  if (code != CURLUE_OK) {
    return base::fail(base::ErrorCode::invalid,
                      "not a URL ({}): write http://HOST[:PORT]/PATH or https://...",
                      curl_url_strerror(code));
  }
  const std::string scheme = url_part(parsed.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") {
    return base::fail(base::ErrorCode::invalid,
                      "the URL's scheme is '{}', but must be http or https", scheme);
  }
  return scheme + "://" + url_part(parsed.get(), CURLUPART_HOST) + ":" +
         url_part(parsed.get(), CURLUPART_PORT);
}

}  // namespace sluice::transfer::curl
