#include "base/json.hpp"
#include "serve/http/errors.hpp"
#include "serve/http/handlers.hpp"
#include "serve/http/json_body.hpp"
#include "serve/http/metadata.hpp"

namespace sluice::serve::http {
namespace {

namespace json = boost::json;

Response not_ready(std::string why) {
  Refusal refusal;
  refusal.status = Status::unavailable;
  refusal.message = std::move(why);
  refusal.reason = "not_ready";
  return error_response(refusal);
}

/// Answers with the error, or with an empty object.
Service::StatusDone status_to(Respond respond) {
  return [respond = std::move(respond)](const base::Status& status) {
    respond(status ? json_response(json::object()) : refusal_of(status.error()));
  };
}

}  // namespace

Response json_response(const json::value& value) {
  Response response;
  response.body.emplace_back(base::to_json(value));
  return response;
}

Response refusal_of(const base::Error& error) {
  return error_response(refuse(error));
}

InferHandle server_live(const Context& context, Call, Respond respond) {
  respond(context.service.live() ? json_response({{"live", true}}) : not_ready("not live"));
  return {};
}

InferHandle server_ready(const Context& context, Call, Respond respond) {
  respond(context.service.ready() ? json_response({{"ready", true}})
                                  : not_ready(context.service.not_ready_reason()));
  return {};
}

InferHandle server_info(const Context& context, Call, Respond respond) {
  respond(json_response(server_metadata(context.service.info())));
  return {};
}

InferHandle model_info(const Context& context, Call call, Respond respond) {
  const auto model = context.service.model(call.model, call.version);
  respond(model ? json_response(model_metadata(*model)) : refusal_of(model.error()));
  return {};
}

InferHandle model_ready(const Context& context, Call call, Respond respond) {
  const auto model = context.service.model(call.model, call.version);
  respond(model ? json_response({{"name", model->name}, {"ready", true}})
                : refusal_of(model.error()));
  return {};
}

InferHandle model_configuration(const Context& context, Call call, Respond respond) {
  const auto model = context.service.model(call.model, call.version);
  respond(model ? json_response(model_config(*model)) : refusal_of(model.error()));
  return {};
}

InferHandle statistics(const Context& context, Call call, Respond respond) {
  const auto models = context.service.statistics(call.model, call.version);
  respond(models ? json_response(model_statistics(*models)) : refusal_of(models.error()));
  return {};
}

InferHandle repository(const Context& context, Call call, Respond respond) {
  const auto body = parse_object(*call.request.body, context.limits.json_depth);
  if (!body) {
    respond(refusal_of(body.error()));
    return {};
  }
  const json::value* ready = body->if_contains("ready");
  if (ready != nullptr && !ready->is_bool()) {
    respond(error_response(400, "ready must be true or false"));
    return {};
  }
  respond(json_response(
      repository_index(context.service.models(), ready != nullptr && ready->get_bool())));
  return {};
}

InferHandle load_model(const Context& context, Call call, Respond respond) {
  const auto body = parse_object(*call.request.body, context.limits.json_depth);
  if (!body) {
    respond(refusal_of(body.error()));
    return {};
  }
  const json::value* parameters = body->if_contains("parameters");
  if (parameters != nullptr && !parameters->is_object()) {
    respond(error_response(400, "parameters must be an object"));
    return {};
  }
  if (parameters != nullptr && !parameters->get_object().empty()) {
    respond(error_response(400,
                           "a model is loaded as its repository has it; configuration and files "
                           "cannot come with the request, leave out `parameters`"));
    return {};
  }
  context.service.load(call.model, status_to(std::move(respond)));
  return {};
}

InferHandle unload_model(const Context& context, Call call, Respond respond) {
  const auto body = parse_object(*call.request.body, context.limits.json_depth);
  if (!body) {
    respond(refusal_of(body.error()));
    return {};
  }
  context.service.unload(call.model, status_to(std::move(respond)));
  return {};
}

}  // namespace sluice::serve::http
