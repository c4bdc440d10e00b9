// Any request through the routes: every one is answered once, never with 5xx but 503.
// Input: method, target, Content-Encoding, Inference-Header-Content-Length, Content-Type, a line
// each; the body.
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/manual_clock.hpp"
#include "serve/http/api.hpp"
#include "unit/serve/http/fake_service.hpp"
#include "unit/serve/http/fake_stations.hpp"

namespace {

namespace http = sluice::serve::http;

std::string line(std::string_view& rest) {
  const auto end = rest.find('\n');
  std::string result(rest.substr(0, end));
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return result;
}

http::FakeStations& stations() {
  static http::FakeStations fake;
  return fake;
}

const http::Api& api() {
  static http::FakeService service;
  static const sluice::serve::net::Tokens tokens;
  static sluice::serve::net::RateLimiter rates(0, 1);
  static const sluice::base::ManualClock clock;
  static const http::Api one(service, tokens, rates, clock, [] {
    http::ApiOptions options;
    options.limits.body_bytes = 1 << 20;
    options.run_slow = [](const std::function<void()>& work) { work(); };
    options.run_blocking = options.run_slow;
    options.stations = &stations();
    return options;
  }());
  return one;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  http::Request request;
  request.method = line(rest);
  request.target = line(rest);
  request.fields.content_encoding = line(rest);
  request.fields.inference_header_content_length = line(rest);
  request.fields.content_type = line(rest);
  request.body = std::make_shared<const std::string>(rest);
  request.defer = [](const std::function<void()>& work) { work(); };
  stations().asked.clear();
  int answers = 0;
  api().call(std::move(request), [&answers](const http::Response& response) {
    ++answers;
    if (response.status >= 500 && response.status != 503) std::abort();
    if (response.status >= 400 && response.body.empty()) std::abort();
  });
  if (answers != 1) std::abort();
  return 0;
}
