#include "telemetry/journal_format.hpp"

#include "base/json.hpp"
#include "telemetry/json_line.hpp"
#include "telemetry/options_json.hpp"

namespace sluice::telemetry {

using schedule::Event;
using schedule::EventKind;

namespace {

template <class T>
std::vector<std::string> names_of(const std::vector<T>& items) {
  std::vector<std::string> names;
  for (const auto& item : items) {
    append_json_string(names.emplace_back(), item.name);
  }
  return names;
}

bool has_reason(EventKind kind) {
  return kind == EventKind::dropped || kind == EventKind::deferred || kind == EventKind::degraded;
}

bool has_until(EventKind kind) {
  return kind == EventKind::deferred || kind == EventKind::waited;
}

}  // namespace

/// A line in the making that knows the run's start.
class JournalFormat::Line : public JsonLine {
 public:
  Line(std::string& out, const RunHeader& header, std::string_view kind, base::Time time)
      : JsonLine(out), started_(header.started) {
    text("ev", kind);
    const std::int64_t since_start = (time - started_).count();
    number("t_ns", since_start);
    if (header.wall_started_ns != 0) {
      wall("wall", header.wall_started_ns + since_start);
    }
  }
  void time(std::string_view key, base::Time value) {
    if (value != base::kNever) {
      number(key, (value - started_).count());
    }
  }
  void duration(std::string_view key, base::Duration value) {
    if (value.count() != 0) {
      number(key, value.count());
    }
  }
  void count(std::string_view key, std::uint64_t value) {
    if (value != 0) {
      number(key, value);
    }
  }
  void name(std::string_view key, std::uint32_t index, const std::vector<std::string>& names) {
    if (index < names.size()) {
      raw(key, names[index]);
    }
  }

 private:
  base::Time started_;
};

JournalFormat::JournalFormat(const RunHeader& header)
    : header_(header),
      scheduler_json_(base::to_json(to_json(header.scheduler))),
      tasks_(names_of(header.scheduler.tasks)),
      models_(names_of(header.scheduler.models)) {}

std::string JournalFormat::header_line(std::uint32_t part) const {
  std::string out;
  JsonLine line(out);
  line.text("schema", kJournalSchema);
  line.text("ev", "header");
  line.text("run", header_.name);
  line.number("part", std::uint64_t{part});
  if (header_.wall_started_ns != 0) {
    line.wall("wall", header_.wall_started_ns);
    line.number("wall_ns", header_.wall_started_ns);
  }
  line.number("monotonic_ns", header_.started.time_since_epoch().count());
  line.text("software", header_.software);
  line.raw("scheduler", scheduler_json_);
  line.end();
  return out;
}

void JournalFormat::append(std::string& out, const Event& event) const {
  Line line(out, header_, schedule::to_string(event.kind), event.time);
  line.number("seq", event.seq);
  if (event.request != 0) {
    line.number("request", event.request);
  }
  line.name("task", event.task, tasks_);
  line.name("model", event.model, models_);
  if (event.slot != schedule::kNone) {
    line.number("slot", std::uint64_t{event.slot});
  }
  line.count("batch", event.batch);
  line.count("size", event.batch_size);
  if (event.request != 0) {
    line.number("priority", std::int64_t{event.priority});
    line.time("arrival_ns", event.arrival);
    line.time("deadline_ns", event.deadline);
  }
  if (has_until(event.kind)) {
    line.time("until_ns", event.until);
  }
  if (has_reason(event.kind)) {
    line.text("reason", schedule::to_string(event.reason));
  }
  if (event.kind == EventKind::finished) {
    line.text("outcome", schedule::to_string(event.outcome));
  }
  line.name("other_task", event.other_task, tasks_);
  line.count("other_request", event.other_request);
  const schedule::Numbers& numbers = event.numbers;
  line.duration("service_ns", numbers.service);
  if (numbers.predicted_finish != base::Time{}) {
    line.time("predicted_finish_ns", numbers.predicted_finish);
  }
  line.duration("backlog_ns", numbers.backlog);
  line.count("queued", numbers.queued);
  line.count("task_queued", numbers.task_queued);
  if (numbers.density != 0.0) {
    line.number("density", numbers.density);
  }
  line.end();
}

void JournalFormat::append(std::string& out, const ResourceSample& sample) const {
  Line line(out, header_, "resource", sample.time);
  line.number("cpu", sample.cpu);
  line.number("memory_used_bytes", sample.memory_used_bytes);
  line.number("memory_total_bytes", sample.memory_total_bytes);
  line.number("process_rss_bytes", sample.process_rss_bytes);
  line.number("process_cpu", sample.process_cpu);
  line.number("temperature_c", sample.temperature_c);
  line.number("power_w", sample.power_w);
  line.number("gpu", sample.gpu);
  line.flag("throttled", sample.throttled);
  line.end();
}

void JournalFormat::append_note(std::string& out, base::Time time, std::string_view text) const {
  Line line(out, header_, "note", time);
  line.text("text", text);
  line.end();
}

void JournalFormat::append_lost(std::string& out, base::Time time, std::uint64_t lines,
                                std::uint64_t total, std::string_view why) const {
  Line line(out, header_, "lost", time);
  line.number("lines", lines);
  line.number("total", total);
  line.text("why", why);
  line.end();
}

}  // namespace sluice::telemetry
