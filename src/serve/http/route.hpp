// The table of routes: what the server answers, and what the OpenAPI document says of it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "serve/http/api.hpp"
#include "serve/http/target.hpp"
#include "station/service.hpp"

namespace sluice::serve::http {

/// A request that found its route.
struct Call {
  const Request& request;
  const Target& target;
  /// What stood in the place of {model}, {version}, ...; empty: not in this route.
  std::string model, version, decision, item, station, camera;
};

/// The parts of an Api that a handler may use.
struct Context {
  Service& service;
  const net::Limits& limits;
  const std::function<void(std::function<void()>)>& run_slow;
  bool management;             ///< see ApiOptions::management
  station::Service* stations;  ///< nullptr: there are none
  const std::function<void(std::function<void()>)>& run_blocking;
  Places& waits;  ///< see ApiOptions::most_waits
};

using Handler = InferHandle (*)(const Context&, Call, Respond);

enum class Group : std::uint8_t {
  infer,
  health,
  metadata,
  statistics,
  repository,
  observe,
  manage,
  stations
};
/// "infer", "health", ...
const char* to_string(Group group);

struct Route {
  std::string_view method;   ///< GET answers HEAD too
  std::string_view pattern;  ///< "/v2/models/{model}/ready"
  Group group;
  net::Role role;
  bool open = false;        ///< answers without a token
  bool management = false;  ///< see ApiOptions::management
  Handler handler;
  std::string_view summary;
  std::string_view body;    ///< schema of the request's body; empty: none
  std::string_view answer;  ///< schema of the answer; empty: text
  std::vector<int> errors;  ///< statuses of its own, besides those that every route has
};

std::span<const Route> routes();

/// Whether the segments fit the pattern; if so, what stood for its names is in `call`.
bool match(std::string_view pattern, const std::vector<std::string>& segments, Call& call);

}  // namespace sluice::serve::http
