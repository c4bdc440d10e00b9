// Stations as they are loaded.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.hpp"
#include "config/schema.hpp"
#include "unit/config/config_helpers.hpp"

namespace sluice::config {
namespace {

using namespace std::chrono_literals;  // NOLINT: test code
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kEverySection = R"(models:
  - name: text-det
    synthetic: { service: 8ms }
    postprocess: { type: text_regions, threshold: 0.3, box_threshold: 0.6, unclip: 1.5 }
  - name: text-rec
    synthetic: { service: 8ms }
    postprocess: { type: ctc, keys: keys.txt }
  - name: detector
    synthetic: { service: 8ms }
    postprocess: { type: yolo, head: v8, labels: coco.txt, min_score: 0.3, nms: { iou: 0.45 } }
state: var
stations:
  - name: label-line
    run: when_active
    priority: 100
    latency_budget: 500ms
    queue: 32
    capture_timeout: 2s
    triggers:
      - { type: timer, every: 1s }
      - { type: mqtt, broker: "mqtt://127.0.0.1", topic: line/1/trigger }
      - { type: line, chip: /dev/gpiochip0, line: 4, rising: false }
      - { type: station, station: yard, on: [KO] }
    cameras:
      - name: front
        source: { type: images, path: frames, order: random, seed: 7, repeat: false }
        steps:
          - { name: text, model: text-det }
          - name: read
            model: text-rec
            depends_on: [text]
            crop: { padding: 10%, min_size: 8, max_crops: 16 }
            when: [{ step: text, min_score: 0.5 }]
        rules:
          - { type: text_match, name: lot, step: read, pattern: "LOT [0-9]{4}", match: any, when_empty: KO }
          - { type: date_not_past, step: read, formats: ["%d.%m.%Y"], min_days_left: 3 }
        combine: any
        no_decision: ignore
      - name: back
        source: { type: push }
        frames: every
    rule: { type: min_threshold_ko, threshold: 1 }
    images: { type: filesystem, path: pictures, quality: 80 }
    records: { type: sqlite, path: records.db }
    retention: { age: 30d, ko_age: none, size: 10GiB }
    actions:
      - { type: log }
      - { type: mqtt, name: news, broker: "mqtt://127.0.0.1", topic: "line/{decision}", on: [KO] }
      - { type: command, run: [/bin/true, "{id}"], timeout: 5s, rate_limit: 10/min }
      - { type: gpio, line: 17, pulse: 200ms, cool_down: 5s }
  - name: yard
    mode: stream
    cameras:
      - name: gate
        source: { type: pattern, width: 640, height: 480, rate: 10/s }
        steps: [{ name: find, model: detector }]
        rules:
          - { type: zone_count, polygon: [[0, 0], [640, 0], [640, 480]], max: 3, anchor: bottom_centre }
    event: { frames: 3, window: 5, clear_frames: 1, cool_down: 10s }
    images: { type: none }
)";

TEST(StationConfig, LoadsEverySection) {
  const auto config = config_of(kEverySection);
  EXPECT_EQ(config.state, "var");
  ASSERT_THAT(config.stations, SizeIs(2));
  const auto& line = config.stations[0];
  EXPECT_EQ(line.name, "label-line");
  EXPECT_EQ(line.mode, station::Mode::item);
  EXPECT_EQ(line.run, station::Run::when_active);
  EXPECT_EQ(line.priority, 100);
  EXPECT_EQ(line.latency_budget, 500ms);
  EXPECT_EQ(line.queue, 32u);
  EXPECT_EQ(line.capture_timeout, 2s);

  ASSERT_THAT(line.triggers, SizeIs(4));
  EXPECT_EQ(line.triggers[0].every, 1s);
  EXPECT_EQ(line.triggers[1].topic, "line/1/trigger");
  EXPECT_EQ(line.triggers[2].line, 4u);
  EXPECT_FALSE(line.triggers[2].rising);
  EXPECT_EQ(line.triggers[3].kind, TriggerConfig::Kind::station);
  EXPECT_EQ(line.triggers[3].after.station, "yard");
  EXPECT_THAT(line.triggers[3].after.on, ElementsAre(rules::Decision::ko));

  EXPECT_EQ(line.rule->name, "");
  EXPECT_EQ(std::get<rules::MinThresholdKo>(line.rule->test).threshold, 1);
  EXPECT_EQ(std::get<store::FilesystemOptions>(line.images->options.place).folder, "pictures");
  EXPECT_EQ(line.images->jpeg_quality, 80);
  EXPECT_EQ(std::get<store::SqliteOptions>(line.records->place).file, "records.db");
  EXPECT_EQ(line.retention.age, 720h);
  EXPECT_EQ(line.retention.ko_age, base::kForever);
  EXPECT_EQ(line.retention.bytes, std::uint64_t{10} << 30);

  const auto& yard = config.stations[1];
  EXPECT_EQ(yard.mode, station::Mode::stream);
  EXPECT_EQ(yard.run, station::Run::always);
  EXPECT_EQ(yard.latency_budget, base::kForever);
  EXPECT_EQ(yard.event.frames, 3);
  EXPECT_EQ(yard.event.window, 5);
  EXPECT_EQ(yard.event.clear_frames, 1);
  EXPECT_EQ(yard.event.cool_down, 10s);
  EXPECT_FALSE(yard.images->keep);
  EXPECT_FALSE(yard.records);
}

TEST(StationConfig, LoadsCameras) {
  const auto config = config_of(kEverySection);
  const auto& cameras = config.stations.at(0).cameras;
  ASSERT_THAT(cameras, SizeIs(2));
  const auto& images = std::get<camera::ImagesOptions>(cameras[0].source.options);
  EXPECT_EQ(images.path, "frames");
  EXPECT_EQ(images.order, camera::ImagesOptions::Order::random);
  EXPECT_EQ(images.seed, 7u);
  EXPECT_FALSE(images.repeat);
  EXPECT_TRUE(std::holds_alternative<camera::PushOptions>(cameras[1].source.options));
  EXPECT_EQ(cameras[1].frames, camera::Frames::every);
  EXPECT_THAT(cameras[1].rules.rules, IsEmpty());

  ASSERT_THAT(cameras[0].steps, SizeIs(2));
  const auto& read = cameras[0].steps[1];
  EXPECT_EQ(read.model, "text-rec");
  EXPECT_THAT(read.options.depends_on, ElementsAre("text"));
  EXPECT_FLOAT_EQ(read.options.crop->padding, 0.1F);
  EXPECT_EQ(read.options.crop->min_size, 8);
  EXPECT_EQ(read.options.crop->max_crops, 16u);
  ASSERT_THAT(read.options.conditions, SizeIs(1));
  EXPECT_FLOAT_EQ(read.options.conditions[0].min_score, 0.5F);

  const auto& rules = cameras[0].rules;
  EXPECT_EQ(rules.combine, rules::Combination::any);
  EXPECT_EQ(rules.no_decision, rules::NoDecision::ignore);
  ASSERT_THAT(rules.rules, SizeIs(2));
  EXPECT_EQ(rules.rules[0].name, "lot");
  EXPECT_EQ(rules.rules[0].select.step, "read");
  EXPECT_EQ(rules.rules[0].when_empty, rules::Decision::ko);
  const auto& text = std::get<rules::TextMatch>(rules.rules[0].test);
  EXPECT_EQ(text.pattern.expression(), "LOT [0-9]{4}");
  EXPECT_EQ(text.match, rules::Match::any);
  EXPECT_EQ(std::get<rules::DateNotPast>(rules.rules[1].test).min_days_left, 3);
  const auto& zone = std::get<rules::ZoneCount>(config.stations[1].cameras[0].rules.rules[0].test);
  EXPECT_THAT(zone.polygon, SizeIs(3));
  EXPECT_EQ(zone.polygon[1].x, 640);
  EXPECT_EQ(zone.max, 3);
  EXPECT_EQ(zone.anchor, rules::Anchor::bottom_centre);
}

TEST(StationConfig, LoadsActions) {
  const auto config = config_of(kEverySection);
  const auto& actions = config.stations.at(0).actions;
  ASSERT_THAT(actions, SizeIs(4));
  EXPECT_TRUE(std::holds_alternative<action::LogOptions>(actions[0].options));
  EXPECT_EQ(actions[1].name, "news");
  EXPECT_EQ(std::get<action::MqttOptions>(actions[1].options).topic, "line/{decision}");
  EXPECT_THAT(actions[1].filter.on, ElementsAre("KO"));
  const auto& command = std::get<action::CommandOptions>(actions[2].options);
  EXPECT_THAT(command.run, ElementsAre("/bin/true", "{id}"));
  EXPECT_EQ(command.timeout, 5s);
  EXPECT_EQ(actions[2].filter.rate_limit->count, 10);
  EXPECT_EQ(actions[2].filter.rate_limit->per, 1min);
  EXPECT_EQ(std::get<action::GpioOptions>(actions[3].options).pulse, 200ms);
  EXPECT_EQ(actions[3].filter.cool_down, 5s);
}

TEST(StationConfig, LoadsPostprocessing) {
  const auto config = config_of(kEverySection);
  const auto& regions =
      std::get<vision::post::TextRegionsOptions>(config.models.at(0).postprocess.options);
  EXPECT_FLOAT_EQ(regions.box_threshold, 0.6F);
  EXPECT_EQ(config.models[1].postprocess.labels, "keys.txt");
  const auto& yolo = std::get<vision::post::YoloOptions>(config.models[2].postprocess.options);
  EXPECT_EQ(yolo.head, vision::post::YoloHead::v8);
  EXPECT_FLOAT_EQ(yolo.score_threshold, 0.3F);
  EXPECT_NEAR(yolo.nms.iou_threshold, 0.45, 1e-6);
}

constexpr const char* kSmall = R"(stations:
  - name: line
    cameras:
      - name: front
        source: { type: pattern }
)";

TEST(StationConfig, HasDefaults) {
  const auto config = config_of(with(kSmall));
  EXPECT_EQ(config.state, "sluice-state");
  ASSERT_THAT(config.stations, SizeIs(1));
  const auto& line = config.stations[0];
  EXPECT_EQ(line.file, "");
  EXPECT_EQ(line.queue, 64u);
  EXPECT_FALSE(line.rule);
  EXPECT_FALSE(line.images);
  EXPECT_FALSE(line.records);
  EXPECT_THAT(line.cameras.at(0).steps, IsEmpty());
  EXPECT_TRUE(
      std::holds_alternative<vision::post::ValuesOptions>(config.models.at(0).postprocess.options));
}

TEST(StationConfig, LooksAtCropsOfWhatAStepDependsOn) {
  const std::string steps = R"(        steps:
          - { name: find, model: detector }
          - { name: look, model: classifier, depends_on: [find] }
          - { name: all, model: classifier, depends_on: [find], full_image: true }
)";
  const auto config = config_of(with(kSmall + steps));
  const auto& read = config.stations.at(0).cameras.at(0).steps;
  EXPECT_FALSE(read.at(0).options.crop);
  EXPECT_TRUE(read.at(1).options.crop);
  EXPECT_FALSE(read.at(2).options.crop);
}

TEST(StationConfig, HidesSecretsInItsDocument) {
  const std::string more =
      R"(    images: { type: s3, bucket: line, region: eu, access_key: key1, secret_key: "${WORD}" }
    records: { type: postgresql, url: "postgresql://me:${WORD}@db/records" }
    actions:
      - { type: webhook, url: "http://127.0.0.1/hook", secret: "${WORD}" }
      - { type: mqtt, broker: "mqtt://me:${WORD}@127.0.0.1", topic: t }
)";
  const auto loaded = load(with(kSmall + more), {{"WORD", "swordfish"}});
  ASSERT_TRUE(loaded.config) << to_error(loaded.problems).message;
  const auto& line = loaded.config->stations.at(0);
  EXPECT_EQ(std::get<action::WebhookOptions>(line.actions.at(0).options).secret, "swordfish");
  const auto text = base::to_json(line.document);
  EXPECT_THAT(text, Not(HasSubstr("swordfish")));
  EXPECT_THAT(text, Not(HasSubstr("key1")));
  EXPECT_EQ(line.document.at("actions").at(0).at("secret"), "(hidden)");
  EXPECT_EQ(line.document.at("actions").at(1).at("broker"), "mqtt://(hidden)@127.0.0.1");
  EXPECT_EQ(line.document.at("name"), "line");
}

/// A folder with a file run.yaml, which has these `station_files`.
class StationFiles {
 public:
  StationFiles() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "sluice-config-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
    std::filesystem::create_directory(path_ / "stations");
  }
  ~StationFiles() { std::filesystem::remove_all(path_); }
  StationFiles(const StationFiles&) = delete;
  StationFiles& operator=(const StationFiles&) = delete;

  [[nodiscard]] std::string add(const std::string& name, const std::string& text) const {
    const auto file = path_ / "stations" / name;
    std::ofstream(file) << text;
    return file.string();
  }
  [[nodiscard]] Loaded loaded(const std::string& more = "station_files: stations\n") const {
    return load_text(with(more), (path_ / "run.yaml").string(), {});
  }

 private:
  std::filesystem::path path_;
};

constexpr const char* kOwnFile = R"(cameras:
  - name: front
    source: { type: pattern }
)";

TEST(StationFilesConfig, ComeBehindThoseOfTheFileInTheOrderOfTheirNames) {
  const StationFiles files;
  const auto b = files.add("b.yaml", kOwnFile);
  (void)files.add("a.yaml", std::string("name: a\n") + kOwnFile);
  (void)files.add("notes.txt", "no station");
  const auto loaded = files.loaded(std::string(kSmall) + "station_files: stations\n");
  ASSERT_TRUE(loaded.config) << to_error(loaded.problems).message;
  std::vector<std::string> names;
  for (const auto& station : loaded.config->stations) names.push_back(station.name);
  EXPECT_THAT(names, ElementsAre("line", "a", "b"));
  EXPECT_EQ(loaded.config->stations[2].file, b);
}

TEST(StationFilesConfig, ABadFileIsNamed) {
  const StationFiles files;
  const auto file =
      files.add("bad.yaml", "cameras:\n  - name: front\n    source: { type: patern }\n");
  const auto problems = files.loaded().problems;
  ASSERT_THAT(problems, SizeIs(1)) << to_error(problems).message;
  EXPECT_EQ(problems[0].file, file);
  EXPECT_EQ(problems[0].place.line, 3);
  EXPECT_EQ(problems[0].path, "cameras[0].source.type");
  EXPECT_EQ(problems[0].message, "there is no type \"patern\"; did you mean \"pattern\"?");
}

TEST(StationFilesConfig, AreCheckedAgainstTheModels) {
  const StationFiles files;
  (void)files.add("bad.yaml",
                  std::string(kOwnFile) + "    steps: [{ name: find, model: detektor }]\n");
  const auto problems = files.loaded().problems;
  ASSERT_THAT(problems, SizeIs(1)) << to_error(problems).message;
  EXPECT_EQ(problems[0].path, "cameras[0].steps[0].model");
  EXPECT_THAT(problems[0].message, HasSubstr("did you mean \"detector\"?"));
}

TEST(StationFilesConfig, AreCalledLikeTheirFiles) {
  const StationFiles files;
  (void)files.add("one.yaml", std::string("name: another\n") + kOwnFile);
  const auto problems = files.loaded().problems;
  ASSERT_THAT(problems, SizeIs(1)) << to_error(problems).message;
  EXPECT_EQ(problems[0].path, "name");
  EXPECT_EQ(problems[0].place.line, 1);
  EXPECT_EQ(problems[0].message, "a station in a file of its own is called like the file: one");
}

TEST(StationFilesConfig, HaveNamesOfTheirOwn) {
  const StationFiles files;
  (void)files.add("line.yaml", kOwnFile);
  const auto problems = files.loaded(std::string(kSmall) + "station_files: stations\n").problems;
  ASSERT_THAT(problems, SizeIs(1)) << to_error(problems).message;
  EXPECT_EQ(problems[0].message, "two stations are called \"line\"; names must be unique");
}

TEST(StationFilesConfig, NeedTheirFolder) {
  const StationFiles files;
  const auto problems = files.loaded("station_files: nowhere\n").problems;
  ASSERT_THAT(problems, SizeIs(1)) << to_error(problems).message;
  EXPECT_EQ(problems[0].path, "station_files");
  EXPECT_EQ(problems[0].place.line, 7);
  EXPECT_THAT(problems[0].message, HasSubstr("cannot be read"));
}

TEST(StationSchema, TellsKindsApart) {
  const auto schema = json_schema();
  const auto& station = schema.at("properties").at("stations").at("items").at("properties");
  const auto& camera = station.at("cameras").at("items").at("properties");
  const auto& sources = camera.at("source").at("oneOf").as_array();
  ASSERT_EQ(sources.size(), 10u);
  EXPECT_EQ(sources[0].at("properties").at("type").at("const"), "images");
  EXPECT_EQ(sources[0].at("required"), (boost::json::array{"type", "path"}));
  EXPECT_EQ(sources[0].at("additionalProperties"), false);
  EXPECT_EQ(camera.at("rules").at("items").at("oneOf").as_array().size(), 10u);
  EXPECT_EQ(station.at("actions").at("items").at("oneOf").as_array().size(), 7u);
  // The kind that is meant without a `type` does not ask for one.
  const auto& model = schema.at("properties").at("models").at("items").at("properties");
  const auto& values = model.at("postprocess").at("oneOf").at(0).as_object();
  EXPECT_EQ(values.at("properties").at("type").at("const"), "values");
  EXPECT_FALSE(values.contains("required"));
}

}  // namespace
}  // namespace sluice::config
