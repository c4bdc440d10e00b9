#include <algorithm>
#include <charconv>

#include "base/json.hpp"
#include "serve/http/errors.hpp"
#include "serve/http/handlers.hpp"
#include "serve/http/json_body.hpp"

namespace sluice::serve::http {
namespace {

namespace json = boost::json;

/// A number of the query within bounds. Error (invalid): no number, or one beyond them.
base::Result<std::int64_t> number(const Target& target, std::string_view name,
                                  std::int64_t otherwise, std::int64_t least, std::int64_t most) {
  const auto text = target.parameter(name);
  if (!text) return otherwise;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value < least || value > most) {
    return base::fail(base::ErrorCode::invalid, "{} must be an integer from {} to {}", name, least,
                      most);
  }
  return value;
}

Response answer_of(const base::Result<json::object>& document) {
  return document ? json_response(*document) : refusal_of(document.error());
}

std::string event_of(const json::object& document) {
  return fmt::format("event: live\ndata: {}\n\n", base::to_json(document));
}

}  // namespace

InferHandle metrics(const Context& context, Call, Respond respond) {
  Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body.emplace_back(context.service.metrics());
  respond(std::move(response));
  return {};
}

InferHandle live(const Context& context, Call, Respond respond) {
  respond(json_response(context.service.live_view()));
  return {};
}

InferHandle live_stream(const Context& context, Call call, Respond respond) {
  const auto interval = number(call.target, "interval_ms", 1000, 100, 60000);
  if (!interval) {
    respond(refusal_of(interval.error()));
    return {};
  }
  Response response;
  response.content_type = "text/event-stream";
  response.fields.emplace_back("Cache-Control", "no-store");
  response.events = [&service = context.service] { return event_of(service.live_view()); };
  response.event_interval = std::chrono::milliseconds(*interval);
  respond(std::move(response));
  return {};
}

InferHandle decisions(const Context& context, Call call, Respond respond) {
  const auto limit = number(call.target, "limit", 50, 1, 1000);
  if (!limit) {
    respond(refusal_of(limit.error()));
    return {};
  }
  respond(json_response(context.service.decisions(call.target.parameter("task").value_or(""),
                                                  call.target.parameter("end").value_or(""),
                                                  static_cast<std::size_t>(*limit))));
  return {};
}

InferHandle explain(const Context& context, Call call, Respond respond) {
  context.run_slow(
      [&service = context.service, decision = std::move(call.decision),
       respond = std::move(respond)] { respond(answer_of(service.explain(decision))); });
  return {};
}

InferHandle what_if(const Context& context, Call call, Respond respond) {
  auto settings = parse_object(*call.request.body, context.limits.json_depth);
  if (!settings) {
    respond(refusal_of(settings.error()));
    return {};
  }
  context.run_slow(
      [&service = context.service, settings = std::move(*settings), respond = std::move(respond)] {
        respond(answer_of(service.what_if(settings)));
      });
  return {};
}

InferHandle configuration(const Context& context, Call, Respond respond) {
  respond(json_response(context.service.configuration()));
  return {};
}

InferHandle reload(const Context& context, Call, Respond respond) {
  context.service.reload(
      [&service = context.service, respond = std::move(respond)](const base::Status& status) {
        respond(status ? json_response(service.configuration())
                       : error_response(422, status.error().message));
      });
  return {};
}

}  // namespace sluice::serve::http
