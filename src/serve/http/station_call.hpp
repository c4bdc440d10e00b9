// What the routes of stations have in common. Internal to serve/http.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/result.hpp"
#include "serve/http/route.hpp"
#include "station/service.hpp"

namespace sluice::serve::http {

/// Runs `work` where it may block, and answers with what it returns. Without stations: 404. `work`
/// must not refer to the call, which is gone by then.
InferHandle with_stations(const Context& context, Respond respond,
                          std::function<Response(station::Service&)> work);

/// An error as these routes tell it: a wrong body is 422, what is not possible in this state 409, a
/// full queue 503. Besides `error` there is `message`, which users of the VIO edge orchestrator
/// read.
Response station_refusal(const base::Error& error);

/// The images of a body: a file as it is (called "image"), or the files of a multipart form by the
/// names of their fields; other fields are left out. An empty body has none. Errors (invalid).
base::Result<std::map<std::string, std::string>> images_of(const Request& request);

/// An answer with these bytes.
Response bytes_response(std::string bytes, std::string_view content_type);

}  // namespace sluice::serve::http
