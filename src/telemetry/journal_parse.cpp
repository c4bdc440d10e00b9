#include "telemetry/journal_parse.hpp"

#include <array>
#include <utility>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include "telemetry/json_fields.hpp"
#include "telemetry/options_json.hpp"

namespace sluice::telemetry {

namespace json = boost::json;
using base::ErrorCode;
using schedule::Event;
using schedule::EventKind;

namespace {

constexpr std::int64_t kLatestStart = std::int64_t{1} << 61;

/// A line as an object in `storage`.
base::Result<json::value> parse_object(std::string_view line, json::storage_ptr storage = {}) {
  json::error_code error;
  json::value value = json::parse({line.data(), line.size()}, error, std::move(storage));
  if (error) {
    return base::fail(ErrorCode::invalid, "not valid JSON: {}", error.message());
  }
  if (!value.is_object()) {
    return base::fail(ErrorCode::invalid, "must be a JSON object");
  }
  return value;
}

/// Reads fields that are times since the run's start.
class EventFields : public JsonFields {
 public:
  EventFields(const json::object& line, base::Time started)
      : JsonFields(line, ""), started_(started) {}

  void time(std::string_view key, base::Time& value) {
    base::Duration since_start{};
    if (has(key)) {
      read(key, since_start);
      value = started_ + since_start;
    }
  }
  template <class Names>
  void name(std::string_view key, const Names& names, std::uint32_t& index) {
    if (!has(key)) {
      return;
    }
    const auto found = names.find(std::string(text(key)));
    if (found == names.end()) {
      fail(key, fmt::format("'{}' is not in the header", text(key)));
    } else {
      index = found->second;
    }
  }

 private:
  base::Time started_;
};

template <class T>
auto indices(const std::vector<T>& items) {
  std::unordered_map<std::string, std::uint32_t> out;
  for (const auto& item : items) {
    out.emplace(item.name, static_cast<std::uint32_t>(out.size()));
  }
  return out;
}

void read_sample(EventFields& fields, ResourceSample& sample) {
  fields.time("t_ns", sample.time);
  fields.read("cpu", sample.cpu);
  fields.read("memory_used_bytes", sample.memory_used_bytes);
  fields.read("memory_total_bytes", sample.memory_total_bytes);
  fields.read("process_rss_bytes", sample.process_rss_bytes);
  fields.read("process_cpu", sample.process_cpu);
  fields.read("temperature_c", sample.temperature_c);
  fields.read("power_w", sample.power_w);
  fields.read("gpu", sample.gpu);
  fields.read("throttled", sample.throttled);
}

}  // namespace

base::Result<FileHeader> parse_header(std::string_view line) {
  auto value = parse_object(line);
  if (!value) {
    return base::fail(ErrorCode::invalid, "not a journal: the first line is {}",
                      value.error().message);
  }
  const json::object& object = value->get_object();
  JsonFields fields(object, "");
  const std::string schema(fields.text("schema"));
  if (schema.empty()) {
    return base::fail(ErrorCode::invalid, "not a journal: the first line has no \"schema\"");
  }
  if (schema != kJournalSchema) {
    return base::fail(ErrorCode::unsupported,
                      "its schema is '{}', this program reads '{}'; use the version of sluice that "
                      "wrote it",
                      schema, kJournalSchema);
  }
  FileHeader header;
  std::int64_t monotonic = 0;
  fields.read("run", header.run.name);
  fields.read("part", header.part);
  fields.read("wall_ns", header.run.wall_started_ns);
  fields.read("monotonic_ns", monotonic);
  if (monotonic < 0 || monotonic > kLatestStart) {
    fields.fail("monotonic_ns", "is not a time since the machine's start");
  }
  fields.read("software", header.run.software);
  header.run.started = base::Time(base::Duration(monotonic));
  const auto* scheduler = object.if_contains("scheduler");
  if (scheduler == nullptr || !scheduler->is_object()) {
    fields.fail("scheduler", "must be an object");
  }
  if (!fields.status()) {
    return tl::unexpected(fields.status().error());
  }
  auto options = options_from_json(scheduler->get_object());
  if (!options) {
    return tl::unexpected(base::with_context("scheduler", options.error()));
  }
  header.run.scheduler = std::move(*options);
  return header;
}

LineParser::LineParser(const RunHeader& header, JournalVisitor& visitor)
    : started_(header.started),
      last_time_(header.started),
      visitor_(visitor),
      tasks_(indices(header.scheduler.tasks)),
      models_(indices(header.scheduler.models)) {
  for (int i = 0; i <= static_cast<int>(EventKind::slot_up); ++i) {
    const auto kind = static_cast<EventKind>(i);
    kinds_.emplace(schedule::to_string(kind), kind);
  }
}

base::Status LineParser::parse(std::string_view line) {
  std::array<unsigned char, 8192> memory;
  json::monotonic_resource resource(memory.data(), memory.size());
  auto value = parse_object(line, &resource);
  if (!value) {
    return tl::unexpected(value.error());
  }
  const json::object& object = value->get_object();
  EventFields fields(object, started_);
  const std::string_view kind = fields.text("ev");
  if (kind.empty()) {
    fields.fail("ev", "is missing");
  } else if (const auto event = kinds_.find(kind); event != kinds_.end()) {
    return parse_event(object, event->second);
  } else if (kind == "header") {
    fields.fail("ev", "a second header: two journals were joined; read them one by one");
  } else if (kind == "resource") {
    ResourceSample sample;
    read_sample(fields, sample);
    if (fields.status()) {
      visitor_.on_resource(sample);
    }
  } else if (kind == "note") {
    Note note;
    fields.time("t_ns", note.time);
    fields.read("text", note.text);
    if (fields.status()) {
      visitor_.on_note(note);
    }
  } else if (kind == "lost") {
    Loss loss;
    fields.time("t_ns", loss.time);
    fields.read("lines", loss.lines);
    fields.read("why", loss.why);
    if (fields.status()) {
      visitor_.on_loss(loss);
    }
  }
  return fields.status();
}

base::Status LineParser::parse_event(const json::object& line, EventKind kind) {
  EventFields fields(line, started_);
  Event event;
  event.kind = kind;
  fields.time("t_ns", event.time);
  fields.read("seq", event.seq);
  fields.read("request", event.request);
  fields.name("task", tasks_, event.task);
  fields.name("model", models_, event.model);
  fields.read("slot", event.slot);
  fields.read("batch", event.batch);
  fields.read("size", event.batch_size);
  fields.read("priority", event.priority);
  if (event.request != 0) {
    event.deadline = base::kNever;
  }
  fields.time("arrival_ns", event.arrival);
  fields.time("deadline_ns", event.deadline);
  if (kind == EventKind::deferred || kind == EventKind::waited) {
    event.until = base::kNever;
  }
  fields.time("until_ns", event.until);
  fields.read("reason", event.reason);
  fields.read("outcome", event.outcome);
  fields.name("other_task", tasks_, event.other_task);
  fields.read("other_request", event.other_request);
  fields.read("service_ns", event.numbers.service);
  fields.time("predicted_finish_ns", event.numbers.predicted_finish);
  fields.read("backlog_ns", event.numbers.backlog);
  fields.read("queued", event.numbers.queued);
  fields.read("task_queued", event.numbers.task_queued);
  fields.read("density", event.numbers.density);
  check_order(event, fields);
  if (fields.status()) {
    last_seq_ = event.seq;
    last_time_ = event.time;
    visitor_.on_event(event);
  }
  return fields.status();
}

void LineParser::check_order(const Event& event, JsonFields& fields) {
  if (!fields.status()) {
    return;
  }
  if (!fields.has("t_ns")) {
    fields.fail("t_ns", "is missing");
  } else if (event.seq <= last_seq_) {
    fields.fail("seq", fmt::format("{} after {}: lines are out of order or repeated", event.seq,
                                   last_seq_));
  } else if (event.time < last_time_) {
    fields.fail("t_ns", "is before the event in front of it, or before the run's start");
  } else if (event.kind == EventKind::batch_finished &&
             event.batch <= std::exchange(last_finished_[event.slot], event.batch)) {
    fields.fail("batch", fmt::format("{} ended twice on slot {}", event.batch, event.slot));
  }
}

}  // namespace sluice::telemetry
