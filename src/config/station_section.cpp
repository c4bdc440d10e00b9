// Stations: cameras, graphs, rules, stores and actions.
#include "config/kinds.hpp"
#include "config/rule_types.hpp"
#include "config/sections.hpp"

namespace sluice::config {
namespace {

using graph::Condition;
using graph::CropOptions;
using station::Mode;
using station::Run;

Object<CropOptions> crop_type() {
  using O = CropOptions;
  Object<O> o("crop", "Which objects a step looks at, and how closely.");
  o.key(
      "padding", [](O & c) -> auto& { return c.padding; }, share(between(0, 10)),
      "Added on each side, as a share of the box's width or height.");
  o.key(
      "min_size", [](O & c) -> auto& { return c.min_size; },
      integer<int>({.minimum = 1, .maximum = 16384}),
      "Objects with a shorter side, in pixels, are left out.");
  o.key(
      "classes", [](O & c) -> auto& { return c.classes; }, list(text()),
      "Labels of the objects to look at; none: all.");
  o.key(
      "max_crops", [](O & c) -> auto& { return c.max_crops; },
      integer<std::uint32_t>({.minimum = 0, .maximum = 10'000}),
      "Most crops per image, of the objects with the highest scores; 0: no limit.");
  return o;
}

Object<Condition> condition_type() {
  using O = Condition;
  Object<O> o("condition", "What a step before must have found.");
  o.key(
      "step", [](O & c) -> auto& { return c.step; }, name(), "One of `depends_on`.",
      Need::required);
  o.key(
      "label", [](O & c) -> auto& { return c.label; }, text(), "Counts these; none: all.");
  o.key(
      "min_score", [](O & c) -> auto& { return c.min_score; }, real(between(0, 1)),
      "Counts objects with this score or a higher one.");
  o.key(
      "min_count", [](O & c) -> auto& { return c.min_count; },
      integer<std::uint32_t>({.minimum = 1}), "So many there must be.");
  return o;
}

Object<StepConfig> step_type() {
  using O = StepConfig;
  Object<O> o("step", "A model that looks at the image, or at what other steps found.");
  o.key(
      "name", [](O & s) -> auto& { return s.options.name; }, name(), "Its name, unique.",
      Need::required);
  o.key(
      "model", [](O & s) -> auto& { return s.model; }, name(), "The model's name.", Need::required);
  o.key(
      "depends_on", [](O & s) -> auto& { return s.options.depends_on; }, list(name()),
      "Steps that end before it begins.");
  o.key(
      "crop", [](O & s) -> auto& { return s.options.crop; }, maybe(object(crop_type())),
      "Looks at each object of those steps by itself. A step that depends on others does so "
      "anyhow, unless `full_image` is true.");
  o.key(
      "full_image", [](O & s) -> auto& { return s.full_image; }, boolean(),
      "Looks at the full image, although it depends on others.");
  o.key(
      "when", [](O & s) -> auto& { return s.options.conditions; }, list(object(condition_type())),
      "All must hold, or the step is skipped.");
  o.rule([](const Node& node, O& s, Reader& reader) {
    if (s.full_image && s.options.crop) {
      reader.problem(node, "`crop` has no effect with `full_image: true`; remove one of them");
    }
    if (!s.options.depends_on.empty() && !s.full_image && !s.options.crop) {
      s.options.crop = CropOptions{};
    }
  });
  return o;
}

Object<StationCameraConfig> station_camera() {
  using O = StationCameraConfig;
  Object<O> o("camera", "A source of images or numbers, what looks at them, and the rules.");
  o.key(
      "name", [](O & c) -> auto& { return c.name; }, name(), "Its name, unique in the station.",
      Need::required);
  o.key(
      "source", [](O & c) -> auto& { return c.source; }, camera_source_type(),
      "Where its samples come from.", Need::required);
  o.key(
      "frames", [](O & c) -> auto& { return c.frames; },
      choice<camera::Frames>(
          {{camera::Frames::latest, "latest", "the newest; others are passed over"},
           {camera::Frames::every, "every", "each in turn, out of a buffer"}}),
      "Which of the samples that come by themselves are wanted.");
  o.key(
      "steps", [](O & c) -> auto& { return c.steps; }, list(object(step_type())),
      "The model graph; none: images are kept, and nothing is inferred.");
  o.include(
      [](O & c) -> auto& { return c.rules; }, camera_rules_object());
  return o;
}

template <class Kind>
Object<TriggerConfig> trigger_kind(const char* type, const char* doc, Kind value) {
  TriggerConfig defaults;
  defaults.kind = value;
  return kind<TriggerConfig>(type, doc, std::move(defaults));
}

Type<TriggerConfig> trigger_type() {
  using O = TriggerConfig;
  auto timer = trigger_kind("timer", "again and again", O::Kind::timer);
  timer.key(
      "every", [](O & t) -> auto& { return t.every; }, duration(std::chrono::milliseconds(1)),
      "The time between.", Need::required);
  auto mqtt = trigger_kind("mqtt", "each message of a topic", O::Kind::mqtt);
  mqtt.key(
      "broker", [](O & t) -> auto& { return t.broker; }, text(),
      "mqtt://[USER:PASSWORD@]HOST[:PORT] or mqtts://.", Need::required);
  mqtt.key(
      "topic", [](O & t) -> auto& { return t.topic; }, text(),
      "May have wildcards (+, #). A JSON object may name `serial_number` and `category`.",
      Need::required);
  auto line = trigger_kind("line", "an input line (GPIO)", O::Kind::line);
  line.key(
      "chip", [](O & t) -> auto& { return t.chip; }, text(), "/dev/gpiochip0, ...", Need::required);
  line.key(
      "line", [](O & t) -> auto& { return t.line; },
      integer<std::uint32_t>({.minimum = 0, .maximum = 1023}), "Its number.", Need::required);
  line.key(
      "rising", [](O & t) -> auto& { return t.rising; }, boolean(),
      "Whether the rising edge triggers; else the falling one.");
  auto station = trigger_kind("station", "another station's items", O::Kind::station);
  station.key(
      "station", [](O & t) -> auto& { return t.after.station; }, name(), "Its name.",
      Need::required);
  station.key(
      "on", [](O & t) -> auto& { return t.after.on; }, list(decision_type()),
      "Only those decided so; none: all.");
  return kinds<O>({std::move(timer), std::move(mqtt), std::move(line), std::move(station)});
}

Object<RetentionConfig> retention_type() {
  using O = RetentionConfig;
  Object<O> o("retention", "How long items and their images are kept.");
  o.key(
      "age", [](O & r) -> auto& { return r.age; }, duration_or_none(std::chrono::seconds(1)),
      "Items older than this go; `none`: never.");
  o.key(
      "ko_age", [](O & r) -> auto& { return r.ko_age; }, duration_or_none(std::chrono::seconds(1)),
      "The same for items that are KO.");
  o.key(
      "size", [](O & r) -> auto& { return r.bytes; }, bytes(0),
      "Most bytes of images; the oldest OK go first. 0: no limit.");
  return o;
}

Object<StationConfig> make_station() {
  using O = StationConfig;
  Object<O> o("station", "What watches one thing, decides about it and tells the world.");
  o.key(
      "name", [](O & s) -> auto& { return s.name; }, name(),
      "Its name, unique. Of a file in `station_files`: the file's name.");
  o.key(
      "mode", [](O & s) -> auto& { return s.mode; },
      choice<Mode>({{Mode::item, "item", "each trigger takes a picture with every camera"},
                    {Mode::stream, "stream", "every frame is judged; events last"}}),
      "What it works on.");
  o.key(
      "run", [](O & s) -> auto& { return s.run; },
      choice<Run>({{Run::always, "always", "beside the others"},
                   {Run::when_active, "when_active", "one of these at a time: the active one"}}),
      "When it works.");
  o.key(
      "priority", [](O & s) -> auto& { return s.priority; },
      integer<std::int32_t>({.minimum = std::numeric_limits<std::int32_t>::min()}),
      "Of its inferences; larger is more important.");
  o.key(
      "latency_budget", [](O & s) -> auto& { return s.latency_budget; },
      duration_or_none(std::chrono::microseconds(1)),
      "From the trigger (stream: the capture) to the decision.");
  o.key(
      "queue", [](O & s) -> auto& { return s.queue; },
      integer<std::uint32_t>({.minimum = 1, .maximum = 1'000'000}), "Triggers that may wait.");
  o.key(
      "capture_timeout", [](O & s) -> auto& { return s.capture_timeout; },
      duration(std::chrono::milliseconds(1)), "How long a camera may take for a picture.");
  o.key(
      "triggers", [](O & s) -> auto& { return s.triggers; }, list(trigger_type()),
      "What starts an item, beside the API.");
  o.key(
      "cameras", [](O & s) -> auto& { return s.cameras; }, list(object(station_camera()), 1),
      "Its cameras and sensors.", Need::required);
  o.key(
      "rule", [](O & s) -> auto& { return s.rule; }, maybe(item_rule_type()),
      "From the cameras' decisions to the item's; none: `all`.");
  o.key(
      "event", [](O & s) -> auto& { return s.event; }, object(event_object()),
      "`stream`: when frames that are KO raise an event.");
  o.key(
      "images", [](O & s) -> auto& { return s.images; }, maybe(images_type()),
      "Where images are kept; none: as files below `state`.");
  o.key(
      "records", [](O & s) -> auto& { return s.records; }, maybe(records_type()),
      "Where records are kept; none: in a SQLite database below `state`.");
  o.key(
      "retention", [](O & s) -> auto& { return s.retention; }, object(retention_type()),
      "How long they are kept.");
  o.key(
      "actions", [](O & s) -> auto& { return s.actions; }, list(action_type()),
      "What is done about decisions.");
  o.rule([](const Node& node, O& s, Reader& reader) {
    const bool stream = s.mode == Mode::stream;
    const auto misplaced = [&](const char* key, const char* mode) {
      if (const Node* value = node.find(key)) {
        reader.problem(*value, fmt::format("`{}` has no effect without `mode: {}`", key, mode));
      }
    };
    if (stream) {
      misplaced("triggers", "item");
      misplaced("rule", "item");
    } else {
      misplaced("event", "stream");
    }
  });
  return o;
}

}  // namespace

const Object<StationConfig>& station_object() {
  static const Object<StationConfig> definition = make_station();
  return definition;
}

}  // namespace sluice::config
