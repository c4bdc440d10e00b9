#include "cli/top_screen.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>

#include "cli/styled_text.hpp"
#include "telemetry/sentences.hpp"

namespace sluice::cli {
namespace {

namespace json = boost::json;
using telemetry::bytes_text;
using telemetry::duration_text;

// A daemon of another version may say less: what is absent counts as nothing.

const json::object& object(const json::value& value) {
  static const json::object kEmpty;
  return value.is_object() ? value.get_object() : kEmpty;
}
const json::value& field(const json::object& parent, std::string_view name) {
  static const json::value kNull;
  const auto* found = parent.if_contains(name);
  return found != nullptr ? *found : kNull;
}
const json::object& child(const json::object& parent, std::string_view name) {
  return object(field(parent, name));
}
const json::array& list(const json::object& parent, std::string_view name) {
  static const json::array kEmpty;
  const json::value& value = field(parent, name);
  return value.is_array() ? value.get_array() : kEmpty;
}
std::string text(const json::object& parent, std::string_view name) {
  const json::value& value = field(parent, name);
  return value.is_string() ? printable(value.get_string()) : "";
}
double number(const json::object& parent, std::string_view name, double absent = 0) {
  const json::value& value = field(parent, name);
  return value.is_number() ? value.to_number<double>() : absent;
}
bool flag(const json::object& parent, std::string_view name) {
  const json::value& value = field(parent, name);
  return value.is_bool() && value.get_bool();
}
bool has(const json::object& parent, std::string_view name) {
  return field(parent, name).is_number();
}

std::string ms(const json::object& parent, std::string_view name) {
  return has(parent, name) ? fmt::format("{:.1f}", number(parent, name)) : "-";
}
std::string whole(double value) {
  return fmt::format("{:.0f}", value);
}

std::string drops(const json::object& window) {
  double sum = 0;
  std::string reasons;
  for (const auto& [reason, count] : child(window, "dropped")) {
    const double n = count.is_number() ? count.to_number<double>() : 0;
    if (n <= 0) continue;
    sum += n;
    reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", printable(reason), whole(n));
  }
  return reasons.empty() ? "0" : fmt::format("{}: {}", whole(sum), reasons);
}

Styled head(const json::object& live) {
  const auto& scheduler = child(live, "scheduler");
  Styled line;
  line.add(text(live, "node"), Style::bold);
  line.add(fmt::format("  sluice {}  up {}  ", text(live, "version"),
                       duration_text(base::from_seconds(number(live, "uptime_s")))));
  if (flag(live, "ready")) {
    line.add("ready", Style::good);
  } else {
    line.add(fmt::format("not ready: {}", text(live, "reason")), Style::bad);
  }
  if (!scheduler.empty()) {
    line.add(
        fmt::format("  {}, shedder {}", text(scheduler, "policy"), text(scheduler, "shedder")));
    if (flag(scheduler, "shedding")) line.add(" (shedding)", Style::warning);
  }
  return line;
}

Styled machine(const json::object& resources) {
  Styled line;
  line.add(fmt::format(
      "cpu {:.0f} %  memory {} of {}  daemon {}, {:.1f} cores", 100 * number(resources, "cpu"),
      bytes_text(number(resources, "memory_used_bytes")),
      bytes_text(number(resources, "memory_total_bytes")),
      bytes_text(number(resources, "process_rss_bytes")), number(resources, "process_cpu")));
  if (has(resources, "gpu"))
    line.add(fmt::format("  gpu {:.0f} %", 100 * number(resources, "gpu")));
  if (has(resources, "temperature_c")) {
    line.add(fmt::format("  {:.0f} C", number(resources, "temperature_c")));
  }
  if (has(resources, "power_w")) line.add(fmt::format("  {:.1f} W", number(resources, "power_w")));
  if (number(resources, "pressure") > 0) {
    line.add(fmt::format("  pressure {:.0f} %", 100 * number(resources, "pressure")),
             Style::warning);
  }
  if (flag(resources, "throttled")) line.add("  throttled", Style::bad);
  return line;
}

std::vector<Styled> tasks(const json::object& live) {
  StyledTable table({"TASK", "PRIO", "RATE/s", "ON TIME", "LATE", "FAILED", "QUEUED", "RUN",
                     "P50 ms", "P99 ms", "BUDGET", "DROPPED"});
  for (const json::value& value : list(live, "tasks")) {
    const auto& task = object(value);
    const auto& window = child(task, "window");
    const auto& latency = child(task, "latency_ms");
    const double offered = number(window, "offered");
    const double share = offered > 0 ? number(window, "on_time") / offered : 1;
    const bool over = has(task, "latency_budget_ms") && has(latency, "p99") &&
                      number(latency, "p99") > number(task, "latency_budget_ms");
    const auto bad_if = [](bool bad) { return bad ? Style::bad : Style::plain; };
    const auto dropped = drops(window);
    table.add({{text(task, "name"), Style::bold},
               {whole(number(task, "priority"))},
               {fmt::format("{:.1f}", number(task, "rate"))},
               {offered > 0 ? telemetry::percent_text(share) : "-", bad_if(share < 0.9)},
               {whole(number(window, "late")), bad_if(number(window, "late") > 0)},
               {whole(number(window, "failed")), bad_if(number(window, "failed") > 0)},
               {whole(number(task, "queued"))},
               {whole(number(task, "running"))},
               {ms(latency, "p50")},
               {ms(latency, "p99"), bad_if(over)},
               {ms(task, "latency_budget_ms")},
               {dropped, dropped == "0" ? Style::plain : Style::warning}});
  }
  return table.lines();
}

Styled slot(const json::object& slot) {
  constexpr std::size_t kBar = 20;
  const double share = std::clamp(number(slot, "busy_share"), 0.0, 1.0);
  const auto full = static_cast<std::size_t>(share * kBar + 0.5);
  Styled line;
  line.add(fmt::format("slot {:<3.0f}[", number(slot, "slot")));
  line.add(std::string(full, '#'), share > 0.9 ? Style::warning : Style::good);
  line.add(fmt::format("{}] {:>3.0f} %", std::string(kBar - full, '-'), 100 * share));
  const auto& runs = list(slot, "runs");
  if (flag(slot, "busy") && !runs.empty()) {
    const auto& run = object(runs.back());
    line.add(fmt::format("  {} on {}, batch of {:.0f}", text(run, "task"), text(run, "model"),
                         number(run, "size")));
  }
  return line;
}

Styled model(const json::object& model) {
  const auto state = text(model, "state");
  Styled line;
  line.add(fmt::format("model {}:{} ", text(model, "name"), text(model, "version")));
  line.add(state, state == "READY" ? Style::good : Style::bad);
  line.add(fmt::format("  {} of {} instances, {}", whole(number(model, "instances_available")),
                       whole(number(model, "instances")), text(model, "provider")));
  if (has(model, "batch_p50_ms")) {
    line.add(fmt::format(", {} ms per batch", ms(model, "batch_p50_ms")));
  }
  if (const auto reason = text(model, "reason"); !reason.empty()) line.add("  " + reason);
  return line;
}

Styled decision(const json::object& decision) {
  const auto end = text(decision, "end");
  Styled line;
  line.add(fmt::format("{:>7.2f} s  {:<9} {:<12} ", number(decision, "t_s"),
                       text(decision, "decision"), text(decision, "task")));
  line.add(fmt::format("{:<10} ", end), end == "on_time"                   ? Style::good
                                        : end == "late" || end == "failed" ? Style::bad
                                                                           : Style::warning);
  line.add(text(decision, "sentence"), Style::faint);
  return line;
}

std::vector<Styled> all_lines(const TopView& view) {
  std::vector<Styled> lines{head(view.live)};
  const auto& resources = child(view.live, "resources");
  if (!resources.empty()) lines.push_back(machine(resources));
  const auto error = text(child(view.live, "configuration"), "error");
  if (!error.empty()) {
    lines.emplace_back().add("the last configuration was refused: " + error, Style::bad);
  }
  if (!view.problem.empty()) lines.emplace_back().add(printable(view.problem), Style::bad);
  lines.emplace_back();
  for (auto& line : tasks(view.live)) lines.push_back(std::move(line));
  lines.emplace_back();
  for (const auto& value : list(view.live, "slots")) lines.push_back(slot(object(value)));
  for (const auto& value : list(view.live, "models")) lines.push_back(model(object(value)));
  if (const auto& last = list(view.decisions, "decisions"); !last.empty()) {
    lines.emplace_back();
    lines.emplace_back().add("LAST DECISIONS", Style::faint);
    for (const auto& value : last) lines.push_back(decision(object(value)));
  }
  return lines;
}

}  // namespace

std::string top_screen(const TopView& view, TerminalSize size, bool color) {
  auto lines = all_lines(view);
  if (size.rows > 0 && lines.size() > size.rows) lines.resize(size.rows);
  std::string out;
  for (const Styled& line : lines) out += line.text(size.columns, color) + '\n';
  return out;
}

}  // namespace sluice::cli
