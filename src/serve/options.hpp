// Everything that configures the daemon's servers. The configuration's section `serve`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "schedule/types.hpp"
#include "serve/net/options.hpp"

namespace sluice::serve {

/// For models that no configured task offers to clients: a task named like the model.
struct DefaultTask {
  std::int32_t priority = 0;
  base::Duration latency_budget{std::chrono::seconds(1)};
  std::uint32_t queue_capacity = 64;
};

/// The server for Frigate's `zmq` detector.
struct ZmqOptions {
  net::ListenOptions listen{"127.0.0.1", 5555};
  std::string task;  ///< that detects; or a model: its default task
  /// Time left for the answer from when a picture has come: less than the 200 ms that Frigate
  /// waits from before it sends one.
  base::Duration timeout{std::chrono::milliseconds(180)};
  enum class Color : std::uint8_t { rgb, bgr };
  Color color = Color::rgb;  ///< of pictures
  float min_score = 0;       ///< lowest score of what is told
  std::string labels;        ///< file: the client's label map; empty: it is the model's
};

struct ServeOptions {
  net::ListenOptions http{"127.0.0.1", 8000};
  net::ListenOptions grpc{"127.0.0.1", 8001};
  net::ListenOptions tcp{"127.0.0.1", 8008};
  std::optional<ZmqOptions> zmq;  ///< nullopt: off
  /// Management routes (repository changes, reload, pages): on an address of their own; empty:
  /// with `http`.
  net::ListenOptions admin;
  net::TlsOptions tls;  ///< for every listener
  net::Limits limits;
  /// File of bearer tokens, one "ROLE TOKEN" a line; empty: everybody may do everything.
  std::string tokens;
  unsigned io_threads = 1;  ///< for HTTP and TCP together
  DefaultTask default_task;
  /// After SIGTERM: how long queued and running requests may take.
  base::Duration grace{std::chrono::seconds(10)};
  /// Files of models are looked at this often and reloaded when they changed; kForever: never.
  base::Duration watch_interval{std::chrono::seconds(2)};
  /// What the pages and `what-if` remember: time and events.
  base::Duration window{std::chrono::minutes(5)};
  std::uint32_t window_events = 200000;
  /// Also the two totals of the older gateway under their old names.
  bool legacy_metrics = false;
  /// A log line with count, mean, p95 and rate per so many inferences; 0: none.
  std::uint64_t log_every = 0;
};

}  // namespace sluice::serve
