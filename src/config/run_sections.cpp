// The sections about a run: engine, journal, report, monitor.
#include "config/sections.hpp"

namespace sluice::config {
namespace {

Object<EngineConfig> make_engine() {
  using O = EngineConfig;
  Object<O> o("engine", "How `sluice run` treats faults and its end.");
  o.key(
      "hang_timeout", [](O & e) -> auto& { return e.options.hang_timeout; },
      duration(std::chrono::milliseconds(1)),
      "A batch that runs longer fails its requests and takes the instance out of service.");
  o.key(
      "quarantine_after", [](O & e) -> auto& { return e.options.quarantine_after; },
      integer<std::uint32_t>({.minimum = 1, .maximum = 1'000'000}),
      "Failures in a row that take an instance out of service.");
  o.key(
      "probe_after", [](O & e) -> auto& { return e.options.probe_after; },
      duration(std::chrono::milliseconds(1)),
      "Time until such an instance is tried again; doubles up to 32 times.");
  o.key(
      "grace", [](O & e) -> auto& { return e.grace; }, duration(),
      "Time for what is queued and running, once the sources have ended or a signal came.");
  o.key(
      "stop_timeout", [](O & e) -> auto& { return e.options.stop_timeout; },
      duration(std::chrono::milliseconds(1)),
      "After that, or a second signal: time for the batches that run already.");
  return o;
}

Object<telemetry::JournalOptions> make_journal() {
  using O = telemetry::JournalOptions;
  Object<O> o("journal", "The event log of a run, which `report`, `explain` and `replay` read.");
  o.key(
      "path", [](O & j) -> auto& { return j.path; }, path(), "Its file; none: no journal.");
  o.key(
      "rotate", [](O & j) -> auto& { return j.rotate_bytes; }, bytes(64 << 10),
      "A new file after this size.");
  o.key(
      "keep", [](O & j) -> auto& { return j.keep_files; },
      integer<std::uint32_t>({.minimum = 1, .maximum = 10'000}),
      "Older files that are kept: PATH.1, PATH.2, ...");
  o.key(
      "buffer", [](O & j) -> auto& { return j.buffer_events; },
      integer<std::uint32_t>({.minimum = 64, .maximum = 1 << 24}),
      "Events held in memory while the disk is slow; more are lost, and counted.");
  return o;
}

Object<ReportConfig> make_report() {
  Object<ReportConfig> o("report", "What is written when a run has ended.");
  o.key(
      "json", [](ReportConfig & r) -> auto& { return r.json; }, path(), "The report as JSON.");
  o.key(
      "html", [](ReportConfig & r) -> auto& { return r.html; }, path(),
      "The report as one page with charts.");
  return o;
}

Object<MonitorConfig> pressure() {
  using O = MonitorConfig;
  Object<O> o("pressure", "When heat or power makes the scheduler more careful.");
  o.key(
      "temperature_low", [](O & m) -> auto& { return m.watcher.pressure.temperature_low_c; },
      number(between(0, 150)), "Degrees Celsius up to which heat does not count.");
  o.key(
      "temperature_high", [](O & m) -> auto& { return m.watcher.pressure.temperature_high_c; },
      number(between(0, 150)), "Degrees Celsius from which it counts fully.");
  o.key(
      "throttled", [](O & m) -> auto& { return m.watcher.pressure.throttled; },
      fraction(between(0, 1)), "Least pressure while the machine throttles.");
  o.key(
      "power_budget", [](O & m) -> auto& { return m.watcher.pressure.power_budget_w; },
      number(between(0, 1e6)), "Watts the machine may draw; 0: no budget.");
  o.rule([](const Node& node, O& m, Reader& reader) {
    const auto& p = m.watcher.pressure;
    if (p.temperature_low_c >= p.temperature_high_c) {
      reader.problem(node, "`temperature_low` must be below `temperature_high`");
    }
  });
  return o;
}

Object<MonitorConfig> make_monitor() {
  using O = MonitorConfig;
  Object<O> o("monitor", "Readings of processor, memory, temperature and power during a run.");
  o.key(
      "interval", [](O & m) -> auto& { return m.watcher.interval; },
      duration_or_none(std::chrono::milliseconds(100)),
      "Time between readings; `none`: no readings.");
  o.key(
      "tegrastats", [](O & m) -> auto& { return m.options.tegrastats_log; }, path(),
      "NVIDIA Jetson: a log file that `tegrastats --logfile` writes.");
  o.key(
      "tegrastats_command", [](O & m) -> auto& { return m.options.tegrastats_command; },
      list(text()),
      "NVIDIA Jetson: the command to read instead, for example [tegrastats, --interval, 1000].");
  o.key("pressure", itself<O>(), object(pressure()),
        "When heat or power makes the scheduler more careful.");
  o.rule([](const Node& node, O&, Reader& reader) {
    if (node.find("tegrastats") != nullptr && node.find("tegrastats_command") != nullptr) {
      reader.problem(node, "give `tegrastats` or `tegrastats_command`, not both");
    }
  });
  return o;
}

}  // namespace

const Object<EngineConfig>& engine_object() {
  static const Object<EngineConfig> definition = make_engine();
  return definition;
}

const Object<telemetry::JournalOptions>& journal_object() {
  static const Object<telemetry::JournalOptions> definition = make_journal();
  return definition;
}

const Object<ReportConfig>& report_object() {
  static const Object<ReportConfig> definition = make_report();
  return definition;
}

const Object<MonitorConfig>& monitor_object() {
  static const Object<MonitorConfig> definition = make_monitor();
  return definition;
}

}  // namespace sluice::config
