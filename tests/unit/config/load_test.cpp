#include "config/load.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "simulate/compare.hpp"
#include "unit/config/config_helpers.hpp"

namespace sluice::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Load, TheExampleOfTheDesign) {
  const auto config = config_of(R"(
node: { name: line-3 }
models:
  - { name: text-det, path: models/text-det.onnx, providers: [tensorrt, cuda, cpu], instances: 1, max_batch: 4 }
tasks:
  - { name: labels, model: text-det, priority: 100, latency_budget: 80ms, queue: { capacity: 4, on_full: drop_oldest },
      source: { type: images, path: frames/, rate: 15/s } }
scheduler: { policy: slack, shedding: adaptive, slots: auto }
)");
  EXPECT_EQ(config.name, "line-3");
  ASSERT_EQ(config.models.size(), 1u);
  const auto& model = config.models[0].options;
  EXPECT_EQ(model.name, "text-det");
  EXPECT_EQ(model.path, "models/text-det.onnx");
  EXPECT_EQ(model.backend, "onnxruntime");
  EXPECT_THAT(model.providers, ElementsAre("tensorrt", "cuda", "cpu"));
  EXPECT_EQ(model.max_batch, 4u);
  ASSERT_EQ(config.tasks.size(), 1u);
  const auto& task = config.tasks[0];
  EXPECT_EQ(task.options.model, 0u);
  EXPECT_EQ(task.options.priority, 100);
  EXPECT_EQ(task.options.latency_budget, milliseconds(80));
  EXPECT_EQ(task.options.queue_capacity, 4u);
  EXPECT_EQ(task.options.on_full, schedule::OnFull::drop_oldest);
  EXPECT_EQ(task.source.options.kind, pipeline::SourceKind::images);
  EXPECT_DOUBLE_EQ(task.source.options.arrivals.rate, 15);
  EXPECT_EQ(config.scheduler.policy, schedule::PolicyKind::slack);
  EXPECT_EQ(config.scheduler.shedder, schedule::ShedderKind::adaptive);
  EXPECT_EQ(config.scheduler.slots, kAutoSlots);
}

TEST(Load, JsonIsYaml) {
  const auto config = config_of(R"({
    "models": [{"name": "a", "synthetic": {"service": {"base": "2ms", "per_item": "1ms"}}}],
    "tasks": [{"name": "t", "model": "a", "latency_budget": "none", "min_share": 0.25}],
    "scheduler": {"slots": 2, "expire": false}
  })");
  EXPECT_EQ(config.models[0].options.synthetic.service.base, milliseconds(2));
  EXPECT_EQ(config.tasks[0].options.latency_budget, base::kForever);
  EXPECT_DOUBLE_EQ(config.tasks[0].options.min_share, 0.25);
  EXPECT_EQ(config.scheduler.slots, 2u);
  EXPECT_FALSE(config.scheduler.expire);
}

TEST(Load, SlotsAreAutomaticByDefault) {
  EXPECT_EQ(config_of(std::string(kModels) + kTasks).scheduler.slots, kAutoSlots);
  EXPECT_EQ(config_of(std::string(kModels) + kTasks + "scheduler: { slots: auto }").scheduler.slots,
            kAutoSlots);
}

TEST(Load, AFileWithoutANameIsNamedAfterItself) {
  EXPECT_EQ(config_of(std::string(kModels) + kTasks).name, "run");
}

TEST(Load, SyntheticShortForm) {
  const auto config = config_of(std::string(kModels) + kTasks);
  EXPECT_EQ(config.models[0].options.backend, "synthetic");
  EXPECT_EQ(config.models[0].options.synthetic.service.per_item, milliseconds(8));
  EXPECT_EQ(config.models[0].options.synthetic.service.base, milliseconds(0));
}

TEST(Load, EveryKindOfArrivals) {
  const auto config = config_of(std::string(kModels) + R"(tasks:
  - { name: a, model: detector, source: { rate: 100/s, jitter: 2ms, count: 20, start: 5ms, stop: 1s } }
  - { name: b, model: detector, source: { arrivals: mmpp, rate: 5/s, mmpp: { high: 1.5, low: 0.5, sojourn: 3s } } }
  - { name: c, model: detector, source: { arrivals: spike, rate: 60/min, factor: 12, at: 2s, length: 500ms } }
  - { name: d, model: detector, source: { arrivals: trace, trace: times.csv } }
  - { name: e, model: detector, source: { type: video, path: clip.mp4 } }
)");
  using simulate::ArrivalKind;
  const auto& a = config.tasks[0].source.options.arrivals;
  EXPECT_EQ(a.kind, ArrivalKind::periodic);
  EXPECT_EQ(a.jitter, milliseconds(2));
  EXPECT_EQ(a.count, 20u);
  EXPECT_EQ(a.start, milliseconds(5));
  EXPECT_EQ(a.stop, seconds(1));
  const auto& b = config.tasks[1].source.options.arrivals;
  EXPECT_EQ(b.kind, ArrivalKind::mmpp);
  EXPECT_DOUBLE_EQ(b.mmpp_high, 1.5);
  EXPECT_DOUBLE_EQ(b.mmpp_low, 0.5);
  EXPECT_EQ(b.mmpp_sojourn, seconds(3));
  const auto& c = config.tasks[2].source.options.arrivals;
  EXPECT_EQ(c.kind, ArrivalKind::spike);
  EXPECT_DOUBLE_EQ(c.rate, 1);
  EXPECT_DOUBLE_EQ(c.factor, 12);
  EXPECT_EQ(c.at, seconds(2));
  EXPECT_EQ(c.length, milliseconds(500));
  EXPECT_EQ(config.tasks[3].source.trace, "times.csv");
  EXPECT_EQ(config.tasks[4].source.options.kind, pipeline::SourceKind::video);
}

TEST(Load, TasksHaveDifferentSeeds) {
  const auto config = config_of(std::string(kModels) + R"(tasks:
  - { name: a, model: detector, source: { rate: 1/s } }
  - { name: b, model: detector, source: { rate: 1/s } }
)");
  EXPECT_NE(config.tasks[0].source.options.seed, config.tasks[1].source.options.seed);
}

TEST(Load, PreprocessAndShapes) {
  const auto config = config_of(R"(models:
  - name: net
    path: net.onnx
    example_shapes: { x: [1, 3, 320, 320] }
    provider_options: { cpu: { arena: 1 } }
    preprocess: { width: 320, height: 240, resize: letterbox, align: start, pad_value: 0, color: bgr,
                  scale: 1/255, mean: [0.485, 0.456, 0.406], std: 0.5, layout: nhwc, dtype: fp16 }
tasks: [{ name: t, model: net }]
)");
  const auto& model = config.models[0];
  EXPECT_THAT(model.options.example_shapes.at("x"), ElementsAre(1, 3, 320, 320));
  EXPECT_EQ(model.options.provider_options.at("cpu").at("arena"), "1");
  EXPECT_EQ(model.preprocess.width, 320);
  EXPECT_EQ(model.preprocess.height, 240);
  EXPECT_EQ(model.preprocess.resize, vision::Resize::letterbox);
  EXPECT_EQ(model.preprocess.align, vision::Align::start);
  EXPECT_EQ(model.preprocess.color, vision::ColorOrder::bgr);
  EXPECT_DOUBLE_EQ(model.preprocess.scale, 1.0 / 255);
  EXPECT_THAT(model.preprocess.mean, ElementsAre(0.485, 0.456, 0.406));
  EXPECT_THAT(model.preprocess.std, ElementsAre(0.5, 0.5, 0.5));
  EXPECT_EQ(model.preprocess.layout, vision::Layout::nhwc);
  EXPECT_EQ(model.preprocess.dtype, tensor::DType::fp16);
}

TEST(Load, RunSections) {
  const auto config = config_of(std::string(kModels) + kTasks + R"(
engine: { hang_timeout: 3s, quarantine_after: 5, probe_after: 200ms, grace: 1s }
journal: { path: out/run.ndjson, rotate: 1MiB, keep: 2, buffer: 128 }
report: { json: out/report.json, html: out/report.html }
monitor: { interval: 250ms, tegrastats: tegra.log, pressure: { temperature_high: 90, power_budget: 15 } }
)");
  EXPECT_EQ(config.engine.options.hang_timeout, seconds(3));
  EXPECT_EQ(config.engine.options.quarantine_after, 5u);
  EXPECT_EQ(config.engine.options.probe_after, milliseconds(200));
  EXPECT_EQ(config.engine.grace, seconds(1));
  EXPECT_EQ(config.journal.path, "out/run.ndjson");
  EXPECT_EQ(config.journal.rotate_bytes, 1u << 20);
  EXPECT_EQ(config.journal.keep_files, 2u);
  EXPECT_EQ(config.journal.buffer_events, 128u);
  EXPECT_EQ(config.report.json, "out/report.json");
  EXPECT_EQ(config.report.html, "out/report.html");
  EXPECT_EQ(config.monitor.watcher.interval, milliseconds(250));
  EXPECT_EQ(config.monitor.options.tegrastats_log, "tegra.log");
  EXPECT_DOUBLE_EQ(config.monitor.watcher.pressure.temperature_high_c, 90);
  EXPECT_DOUBLE_EQ(config.monitor.watcher.pressure.power_budget_w, 15);
}

TEST(Load, CompareVariantsStartFromTheSchedulerSection) {
  const auto config = config_of(std::string(kModels) + kTasks + R"(
compare:
  policies:
    - { policy: fifo, expire: false }
    - { name: careful, protection: strict, estimator: { window: 8 } }
  seeds: 3
  duration: 10s
  estimates: hinted
  estimate_error: 20%
scheduler: { policy: edf, slots: 2, estimator: { quantile: 95%, window: 100 } }
)");
  const auto& variants = config.compare.policies;
  ASSERT_EQ(variants.size(), 2u);
  EXPECT_EQ(variants[0].name, "fifo");
  EXPECT_EQ(variants[0].scheduler.policy, schedule::PolicyKind::fifo);
  EXPECT_FALSE(variants[0].scheduler.expire);
  EXPECT_EQ(variants[0].scheduler.slots, 2u) << "from the section, though it stands below";
  EXPECT_EQ(variants[1].name, "careful");
  EXPECT_EQ(variants[1].scheduler.policy, schedule::PolicyKind::edf);
  EXPECT_EQ(variants[1].scheduler.protection, schedule::Protection::strict);
  EXPECT_EQ(variants[1].scheduler.estimate_window, 8u);
  EXPECT_DOUBLE_EQ(variants[1].scheduler.estimate_quantile, 0.95);
  EXPECT_EQ(config.compare.seeds, 3u);
  EXPECT_EQ(config.compare.duration, seconds(10));
  EXPECT_EQ(config.compare.estimates, simulate::Estimates::hinted);
  EXPECT_DOUBLE_EQ(config.compare.estimate_error, 0.2);
}

TEST(Load, WithoutVariantsSlackAndTheBaselinesAreCompared) {
  const auto config =
      config_of(std::string(kModels) + kTasks + "scheduler: { slots: 3, shedding: backlog }\n");
  const auto& variants = config.compare.policies;
  ASSERT_EQ(variants.size(), simulate::default_policies().size());
  EXPECT_EQ(variants.front().name, "slack");
  EXPECT_EQ(variants.front().scheduler.shedder, schedule::ShedderKind::backlog);
  EXPECT_EQ(variants.front().scheduler.slots, 3u);
  EXPECT_EQ(variants.back().name, "fifo");
  EXPECT_EQ(variants.back().scheduler.shedder, schedule::ShedderKind::none);
  EXPECT_FALSE(variants.back().scheduler.expire);
}

TEST(Load, Degrading) {
  const auto config = config_of(std::string(kModels) + R"(tasks:
  - { name: fine, model: classifier, on_shed: degrade, degrade_to: coarse }
  - { name: coarse, model: detector, on_shed: defer, defer_by: 20ms }
)");
  EXPECT_EQ(config.tasks[0].options.degrade_to, 1u);
  EXPECT_EQ(config.tasks[1].options.on_shed, schedule::OnShed::defer);
  EXPECT_EQ(config.tasks[1].options.defer_by, milliseconds(20));
}

TEST(Load, VariablesInValues) {
  const std::map<std::string, std::string> environment{
      {"MODELS", "/opt/models"}, {"PRIO", "7"}, {"EMPTY", ""}};
  const auto loaded = load(R"(
models: [{ name: net, path: "${MODELS}/net.onnx", threads: "${THREADS:-3}" }]
tasks: [{ name: 'task-${EMPTY:-x}', model: net, priority: '${PRIO}' }]
)",
                           environment);
  ASSERT_TRUE(loaded.config) << to_error(loaded.problems).message;
  EXPECT_EQ(loaded.config->models[0].options.path, "/opt/models/net.onnx");
  EXPECT_EQ(loaded.config->models[0].options.threads, 3u) << "a quoted default is still a number";
  EXPECT_EQ(loaded.config->tasks[0].options.priority, 7);
  EXPECT_EQ(loaded.config->tasks[0].options.name, "task-x");
}

TEST(Load, AnchorsAndAliases) {
  const auto config = config_of(R"(
models: [{ name: net, synthetic: &cost { service: 5ms } }, { name: other, synthetic: *cost }]
tasks: [{ name: t, model: net }]
)");
  EXPECT_EQ(config.models[1].options.synthetic.service.per_item, milliseconds(5));
}

TEST(Load, PathsAreRelativeToTheFile) {
  const std::string text = R"(
models: [{ name: net, path: ../models/net.onnx }]
tasks: [{ name: t, model: net, source: { type: image, path: /abs/a.png, rate: 1/s } }]
journal: { path: run.ndjson }
)";
  const auto loaded = load_text(text, "plant/line/run.yaml");
  ASSERT_TRUE(loaded.config) << to_error(loaded.problems).message;
  EXPECT_EQ(loaded.config->models[0].options.path, "plant/models/net.onnx");
  EXPECT_EQ(loaded.config->tasks[0].source.options.path, "/abs/a.png");
  EXPECT_EQ(loaded.config->journal.path, "plant/line/run.ndjson");
}

TEST(Load, SettingsGoOverTheFile) {
  const auto config = config_of(
      std::string(kModels) + kTasks,
      {"scheduler.policy=edf", "tasks[people].queue.capacity=3", "tasks.labels.weight=2.5",
       "tasks[0].priority=-1", "models[1].synthetic={service: 9ms}", "journal.path=x.ndjson"});
  EXPECT_EQ(config.scheduler.policy, schedule::PolicyKind::edf);
  EXPECT_EQ(config.tasks[0].options.queue_capacity, 3u);
  EXPECT_EQ(config.tasks[0].options.priority, -1);
  EXPECT_DOUBLE_EQ(config.tasks[1].options.weight, 2.5);
  EXPECT_EQ(config.models[1].options.synthetic.service.per_item, milliseconds(9));
  EXPECT_EQ(config.journal.path, "x.ndjson");
}

TEST(ResolveSlots, CountsInstancesUpToTheCores) {
  auto config = config_of(std::string(kModels) + kTasks);
  EXPECT_EQ(resolve_slots(config, 8), 2u) << "two models with one instance each";
  EXPECT_EQ(resolve_slots(config, 1), 1u);
  config.models[0].options.instances = 9;
  EXPECT_EQ(resolve_slots(config, 8), 8u);
  config.models[1].options.threads = 4;
  EXPECT_EQ(resolve_slots(config, 8), 2u) << "the widest model takes four cores";
  EXPECT_EQ(resolve_slots(config, 0), 1u) << "unknown number of cores";
  config.models[0].slots = {3};
  EXPECT_EQ(resolve_slots(config, 8), 4u) << "a model names slot 3";
  config.scheduler.slots = 5;
  EXPECT_EQ(resolve_slots(config, 8), 5u);
}

TEST(LoadFile, MissingFileAndFolder) {
  const auto missing = load_file("no/such/file.yaml");
  ASSERT_EQ(missing.problems.size(), 1u);
  EXPECT_EQ(to_string(missing.problems[0]),
            "no/such/file.yaml: cannot be read: No such file or directory");
  const auto folder = load_file("/");
  ASSERT_EQ(folder.problems.size(), 1u);
  EXPECT_EQ(to_string(folder.problems[0]), "/: is a folder; name the configuration file in it");
}

TEST(ApplySetting, ChangesSchedulingOptions) {
  schedule::SchedulerOptions options;
  options.tasks.resize(2);
  options.tasks[0].name = "people";
  options.tasks[1].name = "text.lines";
  ASSERT_TRUE(apply_setting(options, "policy=edf"));
  ASSERT_TRUE(apply_setting(options, "scheduler.estimator.window=9"));
  ASSERT_TRUE(apply_setting(options, "tasks[people].latency_budget=5ms"));
  ASSERT_TRUE(apply_setting(options, "tasks[text.lines].queue.capacity=2"));
  EXPECT_EQ(options.policy, schedule::PolicyKind::edf);
  EXPECT_EQ(options.estimate_window, 9u);
  EXPECT_EQ(options.tasks[0].latency_budget, milliseconds(5));
  EXPECT_EQ(options.tasks[1].queue_capacity, 2u);
}

TEST(ApplySetting, SaysWhatIsWrong) {
  schedule::SchedulerOptions options;
  options.tasks.resize(1);
  options.tasks[0].name = "people";
  const auto message = [&](const std::string& setting) {
    const auto done = apply_setting(options, setting);
    return done ? std::string("accepted") : done.error().message;
  };
  EXPECT_EQ(message("policy=edff"),
            "--set policy=edff: scheduler.policy: unknown value \"edff\"; did you mean \"edf\"?");
  EXPECT_EQ(message("tasks[peple].weight=1"),
            "--set tasks[peple].weight=1: there is no item \"peple\"; give an index from 0 or a "
            "name");
  EXPECT_EQ(message("tasks[people].model=x"),
            "--set tasks[people].model=x: tasks[0].model: unknown key; known keys: priority, "
            "latency_budget, weight, min_share, queue, on_shed, defer_by");
  EXPECT_EQ(message("slots=auto"),
            "--set slots=auto: scheduler: `slots: auto` means nothing here; give a number");
  EXPECT_EQ(message("policy"), "--set policy: write key=value, for example scheduler.policy=edf");
  EXPECT_EQ(message("policy="), "--set policy=: no value after the =");
  EXPECT_EQ(message("tasks=3"), "--set tasks=3: name a task and a key: tasks[NAME].priority=5");
  EXPECT_EQ(message("tasks[people]=3"),
            "--set tasks[people]=3: tasks[0]: expected mapping (task), found \"3\"");
  EXPECT_EQ(message("tasks[people]={weight: 2}"), "accepted");
  EXPECT_DOUBLE_EQ(options.tasks[0].weight, 2);
}

class CheckFiles : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_ / "frames"); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  std::vector<std::string> check(const std::string& text) const {
    const auto path = (folder_ / "run.yaml").string();
    const auto loaded = load_text(text, path);
    EXPECT_TRUE(loaded.config) << to_error(loaded.problems).message;
    std::vector<std::string> lines;
    for (const auto& problem : check_files(loaded, path)) {
      lines.push_back(to_string(problem).substr(path.size()));
    }
    return lines;
  }
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() /
      ("sluice-check-" +
       std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
};

TEST_F(CheckFiles, NamesEveryMissingThing) {
  const auto at = [&](const char* name) { return '"' + (folder_ / name).string() + '"'; };
  EXPECT_THAT(check(R"(models: [{ name: net, path: net.onnx }]
tasks:
  - { name: a, model: net, source: { type: images, path: frames, rate: 1/s } }
  - { name: b, model: net, source: { type: image, path: frames, rate: 1/s } }
  - { name: c, model: net, source: { type: images, path: run.yaml, rate: 1/s } }
  - { name: d, model: net, source: { arrivals: trace, trace: t.csv } }
)"),
              ElementsAre(":1:29: models[0].path: " + at("net.onnx") +
                              " does not exist; relative paths start from this file's folder",
                          ":3:58: tasks[0].source.path: the folder " + at("frames") + " is empty",
                          ":4:57: tasks[1].source.path: " + at("frames") +
                              " is a folder; name a file in it",
                          ":5:58: tasks[2].source.path: " + at("run.yaml") +
                              " does not exist; relative paths start from this file's folder",
                          HasSubstr(":6:62: tasks[3].source.trace: ")));
}

TEST_F(CheckFiles, IsContentWhereEverythingExists) {
  write("net.onnx", "x");
  write("frames/1.png", "x");
  write("t.csv", "time_s\n0\n1\n");
  EXPECT_THAT(check(R"(models: [{ name: net, path: net.onnx }]
tasks:
  - { name: a, model: net, source: { type: images, path: frames, rate: 1/s } }
  - { name: d, model: net, source: { arrivals: trace, trace: t.csv } }
)"),
              testing::IsEmpty());
}

constexpr const char* kAnyModel = "models: [{ name: m, synthetic: { service: 1ms } }]\n";

/// Cameras, a store and actions; `at` is put before each line.
std::string station_keys(const std::string& at) {
  std::string text;
  for (const char* line :
       {"name: line", "cameras:", "  - { name: a, source: { type: images, path: pictures } }",
        "  - { name: b, source: { type: video, path: film.mp4 } }",
        "  - { name: c, source: { type: device, path: /dev/video999 } }",
        "images: { type: gcs, bucket: pictures, credentials: key.json }",
        "records: { type: sqlite, path: made-if-missing.db }",
        "actions:", "  - { type: webhook, url: 'https://a.b', ca_file: roots.pem }",
        "  - { type: command, run: [/no/such/program, now] }",
        "  - { type: command, name: found-in-path, run: [eject] }"}) {
    text += at + line + '\n';
  }
  return text;
}

TEST_F(CheckFiles, LooksAtWhatStationsName) {
  const auto missing = [&](const std::string& place, const char* name) {
    return place + ": \"" + (folder_ / name).string() +
           "\" does not exist; relative paths start from this file's folder";
  };
  auto keys = station_keys("    ");
  EXPECT_THAT(check(kAnyModel + ("stations:\n" + keys.replace(2, 1, "-"))),
              ElementsAre(missing(":5:50: stations[0].cameras[0].source.path", "pictures"),
                          missing(":6:49: stations[0].cameras[1].source.path", "film.mp4"),
                          missing(":8:57: stations[0].images.credentials", "key.json"),
                          missing(":11:55: stations[0].actions[0].ca_file", "roots.pem"),
                          missing(":12:32: stations[0].actions[1].run[0]", "/no/such/program")));
}

TEST_F(CheckFiles, NamesTheFileOfAStation) {
  std::filesystem::create_directories(folder_ / "own");
  write("own/line.yaml", station_keys(""));
  write("own/film.mp4", "x");
  write("own/key.json", "x");
  write("own/roots.pem", "x");
  std::filesystem::create_directories(folder_ / "own/pictures");
  const auto loaded =
      load_text(std::string(kAnyModel) + "station_files: own", (folder_ / "run.yaml").string());
  ASSERT_TRUE(loaded.config) << to_error(loaded.problems).message;
  const auto file = (folder_ / "own/line.yaml").string();
  const auto problems = check_files(loaded, (folder_ / "run.yaml").string());
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(to_string(problems[0]), file + ":3:46: cameras[0].source.path: the folder \"" +
                                        (folder_ / "own/pictures").string() + "\" is empty");
  EXPECT_THAT(to_string(problems[1]), StartsWith(file + ":10:28: actions[1].run[0]: "));
}

TEST_F(CheckFiles, AProgramMustBeOne) {
  write("eject", "#!/bin/sh");
  const auto program = (folder_ / "eject").string();
  const auto text = std::string(kAnyModel) +
                    "stations: [{ name: a, cameras: [{ name: c, source: { type: push } }], "
                    "actions: [{ type: command, run: [" +
                    program + "] }] }]";
  EXPECT_THAT(check(text), ElementsAre(HasSubstr("is no program that this user may run")));
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  EXPECT_THAT(check(text), testing::IsEmpty());
}

}  // namespace
}  // namespace sluice::config
