// The handlers that the routes name.
#pragma once

#include "serve/http/route.hpp"

namespace sluice::serve::http {

/// POST .../infer
InferHandle infer(const Context& context, Call call, Respond respond);

// Health, metadata, statistics and repository of the Open Inference Protocol.
InferHandle server_live(const Context& context, Call call, Respond respond);
InferHandle server_ready(const Context& context, Call call, Respond respond);
InferHandle server_info(const Context& context, Call call, Respond respond);
InferHandle model_info(const Context& context, Call call, Respond respond);
InferHandle model_ready(const Context& context, Call call, Respond respond);
InferHandle model_configuration(const Context& context, Call call, Respond respond);
InferHandle statistics(const Context& context, Call call, Respond respond);
InferHandle repository(const Context& context, Call call, Respond respond);
InferHandle load_model(const Context& context, Call call, Respond respond);
InferHandle unload_model(const Context& context, Call call, Respond respond);

// Metrics and the live API.
InferHandle metrics(const Context& context, Call call, Respond respond);
InferHandle live(const Context& context, Call call, Respond respond);
InferHandle live_stream(const Context& context, Call call, Respond respond);
InferHandle decisions(const Context& context, Call call, Respond respond);
InferHandle explain(const Context& context, Call call, Respond respond);
InferHandle what_if(const Context& context, Call call, Respond respond);
InferHandle configuration(const Context& context, Call call, Respond respond);
InferHandle reload(const Context& context, Call call, Respond respond);
InferHandle openapi(const Context& context, Call call, Respond respond);

// Stations and their items.
InferHandle stations_root(const Context& context, Call call, Respond respond);
InferHandle trigger_item(const Context& context, Call call, Respond respond);
InferHandle upload_item(const Context& context, Call call, Respond respond);
InferHandle items(const Context& context, Call call, Respond respond);
InferHandle item(const Context& context, Call call, Respond respond);
InferHandle item_state(const Context& context, Call call, Respond respond);
InferHandle item_binaries(const Context& context, Call call, Respond respond);
InferHandle item_binary(const Context& context, Call call, Respond respond);
InferHandle inventory(const Context& context, Call call, Respond respond);
InferHandle station_configs(const Context& context, Call call, Respond respond);
InferHandle active_config(const Context& context, Call call, Respond respond);
InferHandle activate_config(const Context& context, Call call, Respond respond);
InferHandle station_config(const Context& context, Call call, Respond respond);
InferHandle check_config(const Context& context, Call call, Respond respond);
InferHandle put_config(const Context& context, Call call, Respond respond);
InferHandle delete_config(const Context& context, Call call, Respond respond);
InferHandle stations(const Context& context, Call call, Respond respond);
InferHandle station_picture(const Context& context, Call call, Respond respond);
InferHandle try_station(const Context& context, Call call, Respond respond);
InferHandle push_sample(const Context& context, Call call, Respond respond);
InferHandle detect(const Context& context, Call call, Respond respond);

// Answers.
Response json_response(const boost::json::value& value);
Response refusal_of(const base::Error& error);

}  // namespace sluice::serve::http
