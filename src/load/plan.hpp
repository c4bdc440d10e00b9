// What a load test does: which requests go where, and when.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "simulate/arrivals.hpp"

namespace sluice::load {

enum class Protocol : std::uint8_t { http, grpc, tcp };
const char* to_string(Protocol protocol);

/// A server's place.
struct Target {
  Protocol protocol = Protocol::http;
  std::string host;
  std::uint16_t port = 0;
};

/// "http://127.0.0.1:8000", "grpc://[::1]:8001", "tcp://edge-1:8008". Without a port, that of a
/// daemon's defaults. Error (invalid): another scheme, a path, a bad port.
[[nodiscard]] base::Result<Target> parse_url(std::string_view url);

/// What the tensors of requests hold.
enum class Payload : std::uint8_t { random, zeros, file };

/// One stream of requests, all alike.
struct Stream {
  std::string name;  ///< in the results; empty: the task's or model's
  std::string url;
  std::string model;  ///< or a task's name
  std::string version;
  std::string task;
  std::uint64_t priority = 0;  ///< as in the protocol: 1 is the most important, 0 the default
  /// Goes with each request as its time limit; an answer after it, counted from the intended
  /// send time, is late.
  base::Duration deadline = base::kForever;
  /// nullopt: closed loop, each connection sends again once it has its answer.
  std::optional<simulate::ArrivalKind> pace = simulate::ArrivalKind::poisson;
  simulate::ArrivalOptions arrivals;  ///< its kind is `pace`
  std::string trace;                  ///< CSV file, for trace
  /// Most requests in flight; 0: 1 in a closed loop, else 1000. Connections are made when needed.
  std::uint32_t connections = 0;
  Payload payload = Payload::random;
  std::string data;  ///< file: the inputs' bytes, one after the other
  /// Sizes of inputs with free dimensions; without: 1 for each.
  std::map<std::string, std::vector<std::int64_t>> shape;
};

struct Plan {
  std::vector<Stream> streams;
  base::Duration duration{std::chrono::seconds(10)};  ///< warm-up included
  base::Duration warm_up{std::chrono::seconds(1)};    ///< requests of this time do not count
  base::Duration timeout{std::chrono::seconds(10)};   ///< for an answer
  std::uint64_t seed = 1;
  std::string token;  ///< bearer token; empty: none
};

/// What a plan is made from.
struct PlanSource {
  /// YAML: keys of the run, keys of a stream for all of them, and `streams`; empty: none.
  std::string file;
  std::vector<std::string> settings;  ///< "rate=15/s": over the file's keys, not those of `streams`
  std::vector<std::string> streams;   ///< "{task: labels, rate: 15/s}": further ones
  std::vector<std::string> urls;      ///< every stream goes to each of them
};

/// Without any stream, the keys for all of them make one. Trace files are read.
/// Errors (invalid): every problem with file and line.
[[nodiscard]] base::Result<Plan> make_plan(const PlanSource& source);

/// The token in a file, without the spaces and line ends around it. Error (invalid).
[[nodiscard]] base::Result<std::string> read_token(const std::string& path);

}  // namespace sluice::load
