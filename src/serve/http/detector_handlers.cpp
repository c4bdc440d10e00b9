// The detector that camera recorders such as Frigate look for: DeepStack's HTTP interface.
#include <cmath>

#include "serve/http/handlers.hpp"
#include "serve/http/station_call.hpp"

namespace sluice::serve::http {
namespace {

namespace json = boost::json;
using base::ErrorCode;

int whole(const json::value& edge) {
  boost::system::error_code error;
  const auto number = edge.to_number<double>(error);
  return error ? 0 : static_cast<int>(std::lround(number));
}

void add_predictions(const json::object& objects, json::array& predictions) {
  for (const auto& object : objects) {
    const auto& found = object.value().get_object();
    const auto* label = found.if_contains("label");
    const auto* location = found.if_contains("location");
    if (label == nullptr || location == nullptr) continue;
    const auto& edges = location->get_array();
    predictions.push_back({{"label", *label},
                           {"confidence", found.at("score")},
                           {"x_min", whole(edges[0])},
                           {"y_min", whole(edges[1])},
                           {"x_max", whole(edges[2])},
                           {"y_max", whole(edges[3])}});
  }
}

/// Every labelled box that the station's steps found.
Response predictions_of(const json::object& item) {
  json::array predictions;
  for (const auto& camera : item.at("inferences").get_object()) {
    for (const auto& step : camera.value().get_object()) {
      add_predictions(step.value().get_object(), predictions);
    }
  }
  json::object body{{"success", true}};
  // A detector that could not look must not pass for one that saw nothing.
  if (item.at("error").get_bool()) {
    body = {{"success", false}, {"error", item.at("error_message")}};
  }
  body["predictions"] = std::move(predictions);
  auto response = json_response(std::move(body));
  if (item.at("error").get_bool()) response.status = 503;
  return response;
}

}  // namespace

InferHandle detect(const Context& context, Call call, Respond respond) {
  auto images = images_of(call.request);
  if (images && images->size() != 1) {
    images = base::fail(ErrorCode::invalid, "the body must be a form with one image");
  }
  if (!images) {
    respond(station_refusal(images.error()));
    return {};
  }
  return with_stations(context, std::move(respond),
                       [station = call.target.parameter("station"),
                        image = std::move(images->begin()->second)](station::Service& stations) {
                         const auto item =
                             stations.attempt(station.value_or(stations.active()), "", image);
                         return item ? predictions_of(*item) : station_refusal(item.error());
                       });
}

}  // namespace sluice::serve::http
