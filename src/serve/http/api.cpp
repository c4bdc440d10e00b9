#include "serve/http/api.hpp"

#include <algorithm>

#include "serve/http/content_coding.hpp"
#include "serve/http/errors.hpp"
#include "serve/http/handlers.hpp"
#include "serve/http/route.hpp"

namespace sluice::serve::http {
namespace {

/// Below it, compressing costs more than it saves.
constexpr std::size_t kWorthCompressing = 1024;

std::string_view token_of(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  return authorization.starts_with(scheme) ? authorization.substr(scheme.size())
                                           : std::string_view();
}

Response refusal(Status status, std::string message, std::string reason = {},
                 base::Duration retry_after = base::Duration(0)) {
  Refusal result;
  result.status = status;
  result.message = std::move(message);
  result.reason = std::move(reason);
  result.retry_after = retry_after;
  return error_response(result);
}

/// Only text: one piece, not a tensor.
void compress_if_it_pays(Response& response) {
  if (response.body.size() != 1 || response.size() < kWorthCompressing) return;
  auto* text = std::get_if<std::string>(&response.body.front());
  if (text == nullptr) return;
  *text = compress(*text);
  response.fields.emplace_back("Content-Encoding", "gzip");
  response.fields.emplace_back("Vary", "Accept-Encoding");
}

/// Replaces a compressed body. nullopt: it is well.
std::optional<Response> decode_body(Request& request, std::size_t most) {
  const std::string& coding = request.fields.content_encoding;
  if (coding.empty() || coding == "identity") return std::nullopt;
  if (coding != "gzip" && coding != "deflate") {
    return error_response(415,
                          "this Content-Encoding is not known; gzip, deflate and identity are");
  }
  auto body = decompress(*request.body, most);
  if (!body) {
    const bool too_large = body.error().code == base::ErrorCode::unavailable;
    return error_response(too_large ? 413 : 400, body.error().message);
  }
  request.body = std::make_shared<const std::string>(std::move(*body));
  return std::nullopt;
}

/// The name of what was called, for metrics.
const char* const kPage = "page";
const char* const kUnknown = "unknown";

}  // namespace

Api::Api(Service& service, const net::Tokens& tokens, net::RateLimiter& rates,
         const base::Clock& clock, ApiOptions options)
    : service_(service),
      tokens_(tokens),
      rates_(rates),
      clock_(clock),
      options_(std::move(options)),
      waits_(std::make_unique<Places>(options_.most_waits)) {}

std::optional<Response> Api::refused(const Route& route, const Request& request) const {
  const std::string_view token = token_of(request.fields.authorization);
  if (!route.open && tokens_.required()) {
    const auto role = tokens_.role(token);
    if (!role) {
      return refusal(Status::unauthenticated,
                     "a known token is needed: Authorization: Bearer TOKEN");
    }
    if (*role < route.role) {
      return refusal(Status::forbidden, "this token's role does not permit this");
    }
  }
  if (route.group == Group::infer || route.handler == trigger_item) {
    const auto wait = rates_.take(token.empty() ? request.peer : token, clock_.now());
    if (wait.count() > 0) {
      return refusal(Status::overloaded, "this client asks more often than it may; slow down",
                     "rate_limited", wait);
    }
  }
  return std::nullopt;
}

std::optional<Response> Api::page(const Request& request, const Target& target) const {
  if (!options_.management || (request.method != "GET" && request.method != "HEAD")) return {};
  const auto found = std::ranges::find(options_.assets, target.path, &Asset::path);
  if (found == options_.assets.end()) return {};
  Response response;
  response.content_type = found->content_type;
  response.fields = {
      {"ETag", std::string(found->etag)},
      {"Vary", "Accept-Encoding"},
      // Built files have their digest in their name.
      {"Cache-Control",
       found->path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache"},
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src "
       "'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
       "frame-ancestors 'none'"},
      {"Referrer-Policy", "no-referrer"},
  };
  if (request.fields.if_none_match.find(found->etag) != std::string::npos) {
    response.status = 304;
  } else if (!found->gzip.empty() && accepts_gzip(request.fields.accept_encoding)) {
    response.fields.emplace_back("Content-Encoding", "gzip");
    response.file = found->gzip;
  } else {
    response.file = found->body;
  }
  return response;
}

InferHandle Api::call(Request request, Respond respond) const {
  const char* called = kUnknown;
  const auto target = parse_target(request.target);
  const base::Time begin = clock_.now();
  const bool gzip = accepts_gzip(request.fields.accept_encoding);
  const auto finish = [this, begin, gzip, respond = std::move(respond)](const char* name,
                                                                        Response response) {
    if (options_.on_call) {
      options_.on_call(name, status_from(response.status), clock_.now() - begin);
    }
    if (gzip) compress_if_it_pays(response);
    respond(std::move(response));
  };
  if (!target) {
    finish(called, error_response(400, "the request target is not a valid path and query"));
    return {};
  }

  const std::string_view asked = request.method;
  const std::string_view method = asked == "HEAD" ? "GET" : asked;
  Call call{request, *target, {}, {}, {}, {}, {}, {}};
  std::string allow;
  std::string_view pattern;  // the first that fits: /configs/active goes before /configs/{station}
  for (const Route& route : routes()) {
    if (route.management && !options_.management) continue;
    if (!pattern.empty() && route.pattern != pattern) continue;
    if (!match(route.pattern, target->segments, call)) continue;
    pattern = route.pattern;
    if (route.method != method) {
      allow += fmt::format("{}{}", allow.empty() ? "" : ", ",
                           route.method == "GET" ? "GET, HEAD" : route.method);
      continue;
    }
    called = to_string(route.group);
    auto refused_with = refused(route, request);
    if (!refused_with) refused_with = decode_body(request, options_.limits.body_bytes);
    if (refused_with) {
      finish(called, std::move(*refused_with));
      return {};
    }
    const Context context{service_,
                          options_.limits,
                          options_.run_slow,
                          options_.management,
                          options_.stations,
                          options_.run_blocking,
                          *waits_};
    return route.handler(context, std::move(call), [finish, called](Response response) {
      finish(called, std::move(response));
    });
  }

  if (auto asset = page(request, *target)) {
    finish(kPage, std::move(*asset));
  } else if (!allow.empty()) {
    Response response = error_response(405, "this path does not take this method");
    response.fields.emplace_back("Allow", allow);
    finish(called, std::move(response));
  } else {
    finish(called, error_response(404, "there is nothing at this path"));
  }
  return {};
}

}  // namespace sluice::serve::http
