#include "station/item.hpp"

#include <array>
#include <charconv>
#include <ctime>
#include <string_view>

#include <fmt/chrono.h>

#include "base/json.hpp"

namespace sluice::station {
namespace {

namespace json = boost::json;

constexpr std::array kStages{
    std::pair{Stage::trigger, "Trigger"},    std::pair{Stage::capture, "Capture"},
    std::pair{Stage::save, "Save Binaries"}, std::pair{Stage::inference, "Inference"},
    std::pair{Stage::decision, "Decision"},  std::pair{Stage::actions, "Actions"},
    std::pair{Stage::done, "Done"},
};

json::array strings(const std::vector<std::string>& list) {
  return json::array(list.begin(), list.end());
}

json::object verdict_json(const rules::Verdict& verdict) {
  return {{"rule", verdict.rule},
          {"decision", rules::to_string(verdict.decision)},
          {"reason", verdict.reason},
          {"objects", strings(verdict.objects)}};
}

json::object object_json(const vision::Object& object) {
  json::object out;
  if (!object.label.empty()) out["label"] = object.label;
  if (!object.text.empty()) out["text"] = object.text;
  out["score"] = object.score;
  if (object.box) {
    out["location"] = {object.box->x0, object.box->y0, object.box->x1, object.box->y1};
  }
  out["parent"] = object.parent;
  if (!object.values.empty())
    out["values"] = json::array(object.values.begin(), object.values.end());
  return out;
}

json::object step_json(const std::string& name, const graph::StepResult& step, base::Time begun) {
  const auto since = [&](base::Time t) -> json::value {
    return t < begun ? json::value() : json::value(base::to_ms(t - begun));
  };
  json::object out{{"name", name},
                   {"state", graph::to_string(step.state)},
                   {"reason", step.reason},
                   {"ready_ms", since(step.ready)},
                   {"queued_ms", base::to_ms(step.queued)},
                   {"compute_ms", base::to_ms(step.compute)},
                   {"ended_ms", since(step.ended)},
                   {"inferences", step.inferences},
                   {"passed_over", step.passed_over}};
  if (step.dropped) {
    out["dropped"] = schedule::to_string(step.dropped->reason);
    out["request"] = step.dropped->decision;
  }
  return out;
}

std::string error_of(const Item& item, const std::string& camera) {
  for (const auto& error : item.errors) {
    if (error.camera == camera) return error.message;
  }
  return {};
}

json::object camera_json(const Item& item, const std::string& name, const CameraPart& camera) {
  json::object out{{"source", camera.source}, {"image", camera.image}};
  if (camera.captured != store::WallTime{}) out["captured_time"] = to_string(camera.captured);
  json::array steps;
  for (std::size_t i = 0; i < camera.findings.steps.size(); ++i) {
    steps.push_back(
        step_json(camera.step_names[i], camera.findings.steps[i], camera.findings.begun));
  }
  out["steps"] = std::move(steps);
  json::array verdicts;
  if (camera.verdict) {
    out["decision"] = rules::to_string(camera.verdict->verdict.decision);
    for (const auto& rule : camera.verdict->rules) verdicts.push_back(verdict_json(rule));
  }
  out["verdicts"] = std::move(verdicts);
  out["error"] = error_of(item, name);
  return out;
}

json::object inferences_json(const CameraPart& camera) {
  json::object out;
  for (std::size_t i = 0; i < camera.findings.steps.size(); ++i) {
    json::object objects;
    for (const auto& object : camera.findings.steps[i].objects) {
      objects[object.id] = object_json(object);
    }
    out[camera.step_names[i]] = std::move(objects);
  }
  return out;
}

json::object timing_json(const Item& item) {
  json::object out;
  base::Duration before{0};
  const auto took = [&](Stage stage, const char* key) {
    const auto found = item.ended.find(stage);
    if (found == item.ended.end()) return;
    out[key] = base::to_ms(found->second - before);
    before = found->second;
  };
  took(Stage::trigger, "queued_ms");
  took(Stage::capture, "capture_ms");
  took(Stage::save, "save_ms");
  took(Stage::inference, "inference_ms");
  took(Stage::decision, "decision_ms");
  if (!item.ended.empty()) out["total_ms"] = base::to_ms(before);
  return out;
}

/// Reads digits of `text` from `at`, as many as `width`; nullopt: others stand there.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t width) {
  if (text.size() < at + width) return std::nullopt;
  unsigned value = 0;  // from_chars takes no sign then
  const auto* end = text.data() + at + width;
  const auto [stop, error] = std::from_chars(text.data() + at, end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return static_cast<int>(value);
}

}  // namespace

const char* to_string(Stage stage) {
  for (const auto& [value, name] : kStages) {
    if (value == stage) return name;
  }
  return "Trigger";
}

std::string Item::decision() const {
  return verdict ? std::string(rules::to_string(verdict->decision)) : std::string();
}

std::optional<bool> Item::on_time() const {
  const auto decided = ended.find(Stage::decision);
  if (decided == ended.end() || budget == base::kForever) return std::nullopt;
  return decided->second <= budget;
}

json::object to_json(const Item& item) {
  json::object out{{"id", item.id},
                   {"serial_number", item.trigger.serial_number},
                   {"category", item.trigger.category},
                   {"station_config", item.station},
                   {"received_time", to_string(item.received)},
                   {"state", to_string(item.stage)},
                   {"error", !item.errors.empty()}};
  out["error_message"] = item.errors.empty() ? std::string() : item.errors.front().message;
  out["decision"] = item.decision();
  json::object dimensions;
  json::object cameras;
  json::object inferences;
  for (const auto& [name, camera] : item.cameras) {
    if (camera.width > 0) dimensions[name] = {camera.width, camera.height};
    cameras[name] = camera_json(item, name, camera);
    inferences[name] = inferences_json(camera);
  }
  out["dimensions"] = std::move(dimensions);
  out["cameras"] = std::move(cameras);
  out["inferences"] = std::move(inferences);
  if (item.verdict) out["verdict"] = verdict_json(*item.verdict);
  out["trigger"] = {{"by", item.trigger.by}};
  out["timing"] = timing_json(item);
  if (item.budget != base::kForever) out["deadline_ms"] = base::to_ms(item.budget);
  if (const auto on_time = item.on_time()) out["on_time"] = *on_time;
  json::array errors;
  for (const auto& error : item.errors) {
    errors.push_back(
        {{"stage", to_string(error.stage)}, {"camera", error.camera}, {"message", error.message}});
  }
  out["errors"] = std::move(errors);
  json::array actions;
  for (const auto& name : item.actions) actions.push_back(json::object{{"name", name}});
  out["actions"] = std::move(actions);
  out["configuration"] = item.configuration;
  return out;
}

store::Record to_record(const Item& item) {
  return {.id = item.id,
          .station = item.station,
          .decision = item.decision(),
          .state = to_string(item.stage),
          .time = item.received,
          .body = base::to_json(to_json(item))};
}

std::string to_string(store::WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  // Not by the system clock's nanoseconds, which end in the year 2262.
  const auto since_1970 = static_cast<std::time_t>(seconds.time_since_epoch().count());
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(since_1970),
                     (time - seconds).count());
}

std::optional<store::WallTime> wall_time_from(const std::string& text) {
  using namespace std::chrono;
  const auto year_number = digits(text, 0, 4);
  const auto month_number = digits(text, 5, 2);
  const auto day_number = digits(text, 8, 2);
  if (!year_number || !month_number || !day_number || text[4] != '-' || text[7] != '-') {
    return std::nullopt;
  }
  const year_month_day date{year(*year_number), month(static_cast<unsigned>(*month_number)),
                            day(static_cast<unsigned>(*day_number))};
  if (!date.ok()) return std::nullopt;
  store::WallTime time = sys_days(date);
  if (text.size() == 10) return time;
  const auto hour_number = digits(text, 11, 2);
  const auto minute_number = digits(text, 14, 2);
  const auto second_number = digits(text, 17, 2);
  if (!hour_number || !minute_number || !second_number || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':' || *hour_number > 23 || *minute_number > 59 || *second_number > 60) {
    return std::nullopt;
  }
  time += hours(*hour_number) + minutes(*minute_number) + seconds(*second_number);
  std::string_view rest = std::string_view(text).substr(19);
  if (rest.size() >= 4 && rest.front() == '.') {
    const auto fraction = digits(rest, 1, 3);
    if (!fraction) return std::nullopt;
    time += milliseconds(*fraction);
    rest.remove_prefix(4);
  }
  return rest.empty() || rest == "Z" ? std::optional(time) : std::nullopt;
}

}  // namespace sluice::station
