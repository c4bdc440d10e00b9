#include "serve/http/station_call.hpp"

#include "serve/http/errors.hpp"
#include "serve/http/handlers.hpp"
#include "serve/http/multipart.hpp"

namespace sluice::serve::http {
namespace {

namespace json = boost::json;
using base::ErrorCode;

int station_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid:
      return 422;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::unsupported:
      return 409;
    case ErrorCode::unavailable:
      return 503;
    case ErrorCode::io:
    case ErrorCode::internal:
      return 500;
  }
  return 500;
}

}  // namespace

InferHandle with_stations(const Context& context, Respond respond,
                          std::function<Response(station::Service&)> work) {
  if (context.stations == nullptr) {
    respond(station_refusal({ErrorCode::not_found, "this daemon has no stations"}));
    return {};
  }
  context.run_blocking([stations = context.stations, respond = std::move(respond),
                        work = std::move(work)] { respond(work(*stations)); });
  return {};
}

Response station_refusal(const base::Error& error) {
  const int status = station_status(error.code);
  const std::string told = status == 500 ? "the daemon failed; its log says why" : error.message;
  auto response = json_response({{"error", told}, {"message", told}});
  response.status = status;
  if (status == 503) response.fields.emplace_back("Retry-After", "1");
  return response;
}

base::Result<std::map<std::string, std::string>> images_of(const Request& request) {
  std::map<std::string, std::string> images;
  if (request.body->empty()) return images;
  const auto& type = request.fields.content_type;
  if (!is_multipart(type)) {
    if (type.starts_with("application/json") && *request.body == "{}") return images;
    images.emplace("image", *request.body);
    return images;
  }
  const auto parts = parse_multipart(type, *request.body);
  if (!parts) return tl::unexpected(parts.error());
  for (const auto& part : *parts) {
    if (part.filename.empty()) continue;
    if (!images.emplace(part.name, std::string(part.body)).second) {
      return base::fail(ErrorCode::invalid, "the form has two files called {}", part.name);
    }
  }
  return images;
}

Response bytes_response(std::string bytes, std::string_view content_type) {
  Response response;
  response.content_type = content_type;
  response.fields.emplace_back("Cache-Control", "no-store");
  response.body.emplace_back(std::move(bytes));
  return response;
}

}  // namespace sluice::serve::http
