// Stations: their state, configurations, pictures, try-outs.
#include <array>

#include "base/json.hpp"
#include "serve/http/errors.hpp"
#include "serve/http/handlers.hpp"
#include "serve/http/json_body.hpp"
#include "serve/http/station_call.hpp"

namespace sluice::serve::http {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using station::TextProblem;

json::object problems_json(const std::vector<TextProblem>& problems) {
  json::array list;
  for (const auto& problem : problems) {
    list.push_back({{"path", problem.path}, {"line", problem.line}, {"message", problem.message}});
  }
  return {{"problems", std::move(list)}};
}

/// The only image of a body. Error (invalid): there is none, or several.
base::Result<std::string> one_image(const Request& request) {
  auto images = images_of(request);
  if (!images) return tl::unexpected(images.error());
  if (images->size() != 1) {
    return base::fail(ErrorCode::invalid, "the body must be one image file");
  }
  return std::move(images->begin()->second);
}

Response active_response(const station::Service& stations) {
  const auto name = stations.active();
  if (name.empty()) return json_response(nullptr);
  auto all = stations.configurations();
  auto* found = all.if_contains(name);
  if (found == nullptr || !found->is_object()) return json_response(nullptr);
  found->get_object()["name"] = name;
  return json_response(std::move(*found));
}

Response configuration_response(const station::Service& stations, const std::string& name) {
  auto all = stations.configurations();
  auto* found = all.if_contains(name);
  const auto text = stations.text(name);
  if (found == nullptr && !text) {
    return station_refusal({ErrorCode::not_found, fmt::format("there is no station {}", name)});
  }
  json::object out{{"name", name},
                   {"editable", text.has_value()},
                   {"config", found == nullptr ? json::value() : *found}};
  out["yaml"] = text ? *text : found == nullptr ? std::string() : base::to_pretty_json(*found);
  return json_response(std::move(out));
}

}  // namespace

InferHandle stations_root(const Context&, Call, Respond respond) {
  respond(json_response("the edge orchestrator is up and running"));
  return {};
}

InferHandle inventory(const Context& context, Call, Respond respond) {
  return with_stations(context, std::move(respond), [](station::Service& stations) {
    return json_response(stations.inventory());
  });
}

InferHandle station_configs(const Context& context, Call, Respond respond) {
  return with_stations(context, std::move(respond), [](station::Service& stations) {
    return json_response(stations.configurations());
  });
}

InferHandle active_config(const Context& context, Call, Respond respond) {
  return with_stations(context, std::move(respond),
                       [](station::Service& stations) { return active_response(stations); });
}

InferHandle activate_config(const Context& context, Call call, Respond respond) {
  std::string name;
  if (const auto asked = call.target.parameter("station_name")) {
    name = *asked;
  } else {
    const auto body = parse_object(*call.request.body, context.limits.json_depth);
    const auto* given = body ? body->if_contains("config_name") : nullptr;
    if (given == nullptr || !given->is_string()) {
      respond(station_refusal({ErrorCode::invalid, "the body must be {\"config_name\": NAME}"}));
      return {};
    }
    name = std::string(given->get_string());
  }
  if (name.empty()) {
    respond(station_refusal({ErrorCode::invalid, "No configuration selected!"}));
    return {};
  }
  return with_stations(context, std::move(respond), [name](station::Service& stations) {
    if (auto done = stations.activate(name); !done) return station_refusal(done.error());
    return active_response(stations);
  });
}

InferHandle station_config(const Context& context, Call call, Respond respond) {
  return with_stations(context, std::move(respond),
                       [name = call.station](station::Service& stations) {
                         return configuration_response(stations, name);
                       });
}

InferHandle check_config(const Context& context, Call call, Respond respond) {
  return with_stations(context, std::move(respond),
                       [name = call.station, body = call.request.body](station::Service& stations) {
                         return json_response(problems_json(stations.check_text(name, *body)));
                       });
}

InferHandle put_config(const Context& context, Call call, Respond respond) {
  return with_stations(context, std::move(respond),
                       [name = call.station, body = call.request.body](station::Service& stations) {
                         const auto problems = stations.set_text(name, *body);
                         if (!problems) return station_refusal(problems.error());
                         auto response = json_response(problems_json(*problems));
                         if (!problems->empty()) response.status = 422;
                         return response;
                       });
}

InferHandle delete_config(const Context& context, Call call, Respond respond) {
  return with_stations(
      context, std::move(respond), [name = call.station](station::Service& stations) {
        const auto done = stations.remove_text(name);
        return done ? json_response(json::object()) : station_refusal(done.error());
      });
}

InferHandle stations(const Context& context, Call, Respond respond) {
  return with_stations(context, std::move(respond), [](station::Service& stations) {
    return json_response(stations.stations());
  });
}

InferHandle station_picture(const Context& context, Call call, Respond respond) {
  return with_stations(
      context, std::move(respond),
      [name = call.station, camera = call.camera,
       overlay = call.target.parameter("overlay") == "true"](station::Service& stations) {
        auto file = stations.picture(name, camera, overlay);
        if (!file) return station_refusal(file.error());
        return bytes_response(std::move(*file), "image/jpeg");
      });
}

InferHandle try_station(const Context& context, Call call, Respond respond) {
  auto image = one_image(call.request);
  if (!image) {
    respond(station_refusal(image.error()));
    return {};
  }
  return with_stations(context, std::move(respond),
                       [name = call.station, camera = call.target.parameter("camera").value_or(""),
                        image = std::move(*image)](station::Service& stations) {
                         const auto item = stations.attempt(name, camera, image);
                         return item ? json_response(*item) : station_refusal(item.error());
                       });
}

InferHandle push_sample(const Context& context, Call call, Respond respond) {
  auto image = one_image(call.request);
  if (!image) {
    respond(station_refusal(image.error()));
    return {};
  }
  return with_stations(context, std::move(respond),
                       [name = call.station, camera = call.camera,
                        image = std::move(*image)](station::Service& stations) {
                         const auto done = stations.push(name, camera, image);
                         if (!done) return station_refusal(done.error());
                         auto response = json_response(json::object());
                         response.status = 202;
                         return response;
                       });
}

}  // namespace sluice::serve::http
