// The section `serve`.
#include "config/listen_address.hpp"
#include "config/sections.hpp"

namespace sluice::config {
namespace {

using serve::DefaultTask;
using serve::net::ListenOptions;
using serve::net::TlsOptions;

Type<ListenOptions> listen_address() {
  auto description = std::make_shared<Description>();
  description->kind = Description::Kind::text;
  description->pattern = R"(^([0-9.]+|\[[0-9A-Fa-f:.]+\]):[0-9]+$|^off$)";
  return {description,
          [description](const Node& node, ListenOptions& value, Reader& reader) {
            if (!expect(node, Node::Kind::scalar, *description, reader)) return;
            auto parsed = parse_listen_address(node.text);
            if (!parsed) {
              reader.problem(node, parsed.error().message);
            } else {
              value = std::move(*parsed);
            }
          },
          [](const ListenOptions& value) -> boost::json::value {
            return boost::json::string(format_listen_address(value));
          }};
}

Object<TlsOptions> tls() {
  using O = TlsOptions;
  Object<O> o("tls", "Encryption, for every listener.");
  o.key(
      "certificate", [](O & t) -> auto& { return t.certificate; }, path(),
      "PEM file of the certificate and its chain.", Need::required);
  o.key(
      "key", [](O & t) -> auto& { return t.key; }, path(), "PEM file of its private key.",
      Need::required);
  o.key(
      "client_ca", [](O & t) -> auto& { return t.client_ca; }, path(),
      "PEM file: clients must show a certificate that one of these has signed (mutual TLS).");
  return o;
}

Object<serve::net::Limits> connection_limits() {
  using O = serve::net::Limits;
  const auto count = [] { return integer<std::uint32_t>({.minimum = 1, .maximum = 1'000'000}); };
  const auto timeout = [] { return duration(std::chrono::milliseconds(10)); };
  Object<O> o("limits", "What one client, or all together, can make the daemon hold or do.");
  o.key(
      "connections", [](O & l) -> auto& { return l.connections; }, count(),
      "Connections at a time, of HTTP and of TCP, per listener; gRPC cannot bound them.");
  o.key(
      "header", [](O & l) -> auto& { return l.header_bytes; }, bytes(1 << 10),
      "Size of a request's header.");
  o.key(
      "body", [](O & l) -> auto& { return l.body_bytes; }, bytes(1 << 10),
      "Size of a request's body, also after decompression.");
  o.key(
      "tensors", [](O & l) -> auto& { return l.tensors; }, count(),
      "Inputs or outputs of one request.");
  o.key(
      "dims", [](O & l) -> auto& { return l.dims; }, count(), "Axes of one tensor.");
  o.key(
      "json_depth", [](O & l) -> auto& { return l.json_depth; }, count(),
      "Nesting of a JSON body.");
  o.key(
      "pipelined", [](O & l) -> auto& { return l.pipelined; }, count(),
      "Requests in flight of one connection.");
  o.key(
      "client_rate", [](O & l) -> auto& { return l.client_rate; }, rate(between(0, 1e9)),
      "Inferences of one client (by token, else by address); 0/s: any.");
  o.key(
      "client_burst", [](O & l) -> auto& { return l.client_burst; }, number(between(1, 1e9)),
      "Inferences at once before `client_rate` applies.");
  o.key(
      "idle_timeout", [](O & l) -> auto& { return l.idle_timeout; }, timeout(),
      "A connection without a request for so long is closed.");
  o.key(
      "read_timeout", [](O & l) -> auto& { return l.read_timeout; }, timeout(),
      "Time for a client to send one whole request.");
  o.key(
      "write_timeout", [](O & l) -> auto& { return l.write_timeout; }, timeout(),
      "Time for a client to take one whole answer.");
  return o;
}

Object<serve::ZmqOptions> zmq() {
  using O = serve::ZmqOptions;
  Object<O> o("zmq", "The server for Frigate's detector of type `zmq`.");
  o.key(
      "listen", [](O & z) -> auto& { return z.listen; }, listen_address(),
      "ADDRESS:PORT or `off`; Frigate's `endpoint` is then tcp://ADDRESS:PORT.");
  o.key(
      "task", [](O & z) -> auto& { return z.task; }, text(),
      "The task without a source that detects, with its priority, deadline and queue; or a model: "
      "its default task. The model's `postprocess` must be `yolo` or `ssd`.",
      Need::required);
  o.key(
      "timeout", [](O & z) -> auto& { return z.timeout; }, duration(std::chrono::milliseconds(1)),
      "Time for an answer, where the task's `latency_budget` is not shorter: a little less than "
      "Frigate's `request_timeout_ms`, which also counts the way there and back.");
  o.key(
      "color", [](O & z) -> auto& { return z.color; },
      choice<O::Color>({{O::Color::rgb, "rgb", "red first"}, {O::Color::bgr, "bgr", "blue first"}}),
      "Frigate's `input_pixel_format`.");
  o.key(
      "min_score", [](O & z) -> auto& { return z.min_score; }, real(between(0, 1)),
      "Lowest score of what is told, above that of `postprocess`.");
  o.key(
      "labels", [](O & z) -> auto& { return z.labels; }, path(),
      "Frigate's label map, for the numbers of classes; what it does not have is not told. None: "
      "the classes have the numbers of the model.");
  return o;
}

Object<DefaultTask> default_task() {
  using O = DefaultTask;
  Object<O> o("default task",
              "For models that no task without a source names: a task named like the model.");
  o.key(
      "priority", [](O & t) -> auto& { return t.priority; },
      integer<std::int32_t>({.minimum = std::numeric_limits<std::int32_t>::min()}),
      "Larger is more important.");
  o.key(
      "latency_budget", [](O & t) -> auto& { return t.latency_budget; },
      duration_or_none(std::chrono::microseconds(1)),
      "Time from arrival within which the result must exist; waiting counts.");
  o.key(
      "queue_capacity", [](O & t) -> auto& { return t.queue_capacity; },
      integer<std::uint32_t>({.minimum = 1, .maximum = 1'000'000}), "Requests that may wait.");
  return o;
}

Object<ServeConfig> make_serve() {
  using O = ServeConfig;
  Object<O> o("serve", "What `sluice serve` offers to clients, where, and how much of it.");
  o.key(
      "http", [](O & s) -> auto& { return s.options.http; }, listen_address(),
      "Open Inference Protocol over REST, metrics and pages: ADDRESS:PORT or `off`.");
  o.key(
      "grpc", [](O & s) -> auto& { return s.options.grpc; }, listen_address(),
      "Open Inference Protocol over gRPC.");
  o.key(
      "tcp", [](O & s) -> auto& { return s.options.tcp; }, listen_address(),
      "The binary TCP protocol.");
  o.key(
      "zmq", [](O & s) -> auto& { return s.options.zmq; }, maybe(object(zmq())),
      "Detection for Frigate over ZeroMQ, which knows neither `tls` nor `tokens`; none: off.");
  o.key(
      "admin", [](O & s) -> auto& { return s.options.admin; }, listen_address(),
      "Management (repository, reload, pages) on an address of its own; `off`: with `http`.");
  o.key(
      "models", [](O & s) -> auto& { return s.models; }, path(),
      "A folder of models: NAME.onnx, NAME/model.onnx or NAME/VERSION/model.onnx.");
  o.key(
      "tls", [](O & s) -> auto& { return s.options.tls; }, object(tls()),
      "Encryption, for every listener.");
  o.key(
      "tokens", [](O & s) -> auto& { return s.options.tokens; }, path(),
      "File of bearer tokens, one \"ROLE TOKEN\" a line (infer, operate, admin); none: everybody "
      "may do everything.");
  o.key(
      "limits", [](O & s) -> auto& { return s.options.limits; }, object(connection_limits()),
      "What clients can make the daemon hold or do.");
  o.key(
      "io_threads", [](O & s) -> auto& { return s.options.io_threads; },
      integer<unsigned>({.minimum = 1, .maximum = 64}), "Threads for HTTP and TCP together.");
  o.key(
      "default_task", [](O & s) -> auto& { return s.options.default_task; }, object(default_task()),
      "For models that no task offers to clients.");
  o.key(
      "grace", [](O & s) -> auto& { return s.options.grace; }, duration(),
      "After SIGTERM: how long queued and running requests may take.");
  o.key(
      "watch_interval", [](O & s) -> auto& { return s.options.watch_interval; },
      duration_or_none(std::chrono::milliseconds(10)),
      "Files of models are looked at this often and reloaded when they changed; `none`: never.");
  o.key(
      "window", [](O & s) -> auto& { return s.options.window; }, duration(std::chrono::seconds(1)),
      "What the pages and `what-if` remember.");
  o.key(
      "window_events", [](O & s) -> auto& { return s.options.window_events; },
      integer<std::uint32_t>({.minimum = 1000, .maximum = 100'000'000}),
      "The most events of it, whatever their time.");
  o.key(
      "legacy_metrics", [](O & s) -> auto& { return s.options.legacy_metrics; }, boolean(),
      "Also eig_requests_total and eig_errors_total, as the older gateway had them.");
  o.key(
      "log_every", [](O & s) -> auto& { return s.options.log_every; },
      integer<std::uint64_t>({.minimum = 0, .maximum = 1'000'000'000}),
      "A log line with count, mean, p95 and rate per so many inferences; 0: none.");
  o.rule([](const Node& node, O& s, Reader& reader) {
    const auto& options = s.options;
    for (const auto* listen : {&options.http, &options.grpc, &options.tcp}) {
      if (!listen->address.empty()) return;
    }
    if (options.zmq && !options.zmq->listen.address.empty()) return;
    reader.problem(node,
                   "`http`, `grpc`, `tcp` and `zmq` are all off, so nobody can ask; give one an "
                   "address");
  });
  return o;
}

}  // namespace

const Object<ServeConfig>& serve_object() {
  static const Object<ServeConfig> definition = make_serve();
  return definition;
}

}  // namespace sluice::config
