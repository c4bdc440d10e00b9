// Each kind of mistake, with the exact words that a user reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/config/config_helpers.hpp"

namespace sluice::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string with_task(const std::string& keys) {
  return std::string(kModels) + "tasks:\n  - { name: t, model: detector, " + keys + " }\n";
}
std::string with_source(const std::string& keys) {
  return with_task("source: { " + keys + " }");
}
std::string with_model(const std::string& keys) {
  return "models: [{ name: net, " + keys + " }]\ntasks: [{ name: t, model: net }]\n";
}

TEST(Problems, UnknownKey) {
  EXPECT_THAT(problems_of(with_task("queue: { capasity: 4 }")),
              ElementsAre("run.yaml:5:42: tasks[0].queue.capasity: unknown key; did you mean "
                          "\"capacity\"?"));
  EXPECT_THAT(problems_of(with("cluster: { peers: 3 }\n")),
              ElementsAre("run.yaml:7:1: cluster: unknown key; known keys: node, models, tasks, "
                          "scheduler, engine, journal, report, monitor, compare, serve, stations, "
                          "station_files, state"));
}

TEST(Problems, WrongType) {
  EXPECT_THAT(problems_of(with_task("queue: 4")),
              ElementsAre("run.yaml:5:40: tasks[0].queue: expected mapping (queue), found \"4\""));
  EXPECT_THAT(problems_of(with_task("priority: high")),
              ElementsAre("run.yaml:5:43: tasks[0].priority: \"high\" is not a whole number"));
  EXPECT_THAT(
      problems_of(with_task("priority: \"5\"")),
      ElementsAre("run.yaml:5:43: tasks[0].priority: expected whole number, found the string "
                  "\"5\"; remove the quotes"));
  EXPECT_THAT(problems_of(with_task("priority: [1]")),
              ElementsAre("run.yaml:5:43: tasks[0].priority: expected whole number, found a list"));
  EXPECT_THAT(problems_of(with_task("priority: 1.5")),
              ElementsAre("run.yaml:5:43: tasks[0].priority: \"1.5\" is not a whole number"));
  EXPECT_THAT(
      problems_of(with_task("priority:")),
      ElementsAre("run.yaml:5:43: tasks[0].priority: expected whole number, found nothing"));
  EXPECT_THAT(problems_of(with("scheduler: { expire: yes }\n")),
              ElementsAre("run.yaml:7:22: scheduler.expire: \"yes\" is neither true nor false"));
  EXPECT_THAT(problems_of("models: 3\ntasks: {}\n"),
              ElementsAre("run.yaml:1:9: models: expected list of mapping (model), at least 1, "
                          "found \"3\"",
                          "run.yaml:2:8: tasks: expected list of mapping (task), at least 1, found "
                          "a mapping"));
  EXPECT_THAT(problems_of("- a\n"), ElementsAre("run.yaml:1:1: expected mapping (configuration), "
                                                "found a list"));
}

TEST(Problems, UnitsAreMissingOrUnknown) {
  EXPECT_THAT(problems_of(with_task("latency_budget: 80")),
              ElementsAre("run.yaml:5:49: tasks[0].latency_budget: \"80\" has no unit; write it "
                          "like 80ms or 2s (units: d, h, min, s, ms, us, ns)"));
  EXPECT_THAT(problems_of(with_source("rate: 15")),
              ElementsAre("run.yaml:5:49: tasks[0].source.rate: \"15\" has no unit; write it like "
                          "15/s or 10/min (units: /s, /min, /h)"));
  EXPECT_THAT(problems_of(with("journal: { path: j, rotate: 5 }\n")),
              ElementsAre("run.yaml:7:29: journal.rotate: \"5\" has no unit; write it like 64MiB "
                          "or 10kB (units: GiB, MiB, KiB, GB, MB, kB, B)"));
}

TEST(Problems, ImpossibleValue) {
  EXPECT_THAT(problems_of(with_task("queue: { capacity: 0 }")),
              ElementsAre("run.yaml:5:52: tasks[0].queue.capacity: must be at least 1, is 0"));
  EXPECT_THAT(problems_of(with_task("queue: { capacity: 99999999999 }")),
              ElementsAre("run.yaml:5:52: tasks[0].queue.capacity: must be at most 1000000, is "
                          "99999999999"));
  EXPECT_THAT(problems_of(with_task("latency_budget: -5ms")),
              ElementsAre("run.yaml:5:49: tasks[0].latency_budget: must be at least 1us, is -5ms"));
  EXPECT_THAT(problems_of(with_task("min_share: 120%")),
              ElementsAre("run.yaml:5:44: tasks[0].min_share: must be at least 0%, at most 100%, "
                          "is 120%"));
  EXPECT_THAT(problems_of(with_task("weight: 0")),
              ElementsAre("run.yaml:5:41: tasks[0].weight: must be above 0, at most 1000000000, is "
                          "0"));
  EXPECT_THAT(problems_of(with_source("rate: 0/s")),
              ElementsAre("run.yaml:5:49: tasks[0].source.rate: must be above 0/s, at most "
                          "1000000/s, is 0/s"));
}

TEST(Problems, UnknownWord) {
  EXPECT_THAT(problems_of(with("scheduler: { policy: slak }\n")),
              ElementsAre("run.yaml:7:22: scheduler.policy: unknown value \"slak\"; did you mean "
                          "\"slack\"?"));
  EXPECT_THAT(
      problems_of(with("scheduler: { shedding: sometimes }\n")),
      ElementsAre("run.yaml:7:24: scheduler.shedding: unknown value \"sometimes\"; known values: "
                  "none, backlog, adaptive"));
  EXPECT_THAT(problems_of(with("scheduler: { slots: atuo }\n")),
              ElementsAre("run.yaml:7:21: scheduler.slots: \"atuo\" is not a whole number; did you "
                          "mean \"auto\"?"));
}

TEST(Problems, MissingKey) {
  EXPECT_THAT(problems_of("node: { name: x }\n"),
              ElementsAre("run.yaml:1:1: the key \"models\" is missing: the networks (or `serve: { "
                          "models: FOLDER }` with a folder of them, for `sluice serve`)"));
  EXPECT_THAT(problems_of(std::string(kModels) + "tasks: [{ priority: 1 }]\n"),
              ElementsAre("run.yaml:4:9: tasks[0]: the key \"name\" is missing: Its name, unique.",
                          "run.yaml:4:9: tasks[0]: the key \"model\" is missing: The name of the "
                          "model it is for."));
}

TEST(Problems, EmptyLists) {
  EXPECT_THAT(problems_of("models: []\ntasks: []\n"),
              ElementsAre("run.yaml:1:9: models: needs at least 1 items, has 0",
                          "run.yaml:2:8: tasks: needs at least 1 items, has 0"));
}

TEST(Problems, NamesTwice) {
  EXPECT_THAT(
      problems_of("models: [{ name: a, synthetic: { service: 1ms } }, { name: a, path: a.onnx }]\n"
                  "tasks: [{ name: t, model: a }, { name: t, model: a }]\n"),
      ElementsAre("run.yaml:1:60: models[1].name: the name \"a\" is taken by models[0]; names must "
                  "be unique",
                  "run.yaml:2:40: tasks[1].name: the name \"t\" is taken by tasks[0]; names must "
                  "be unique"));
  EXPECT_THAT(problems_of(with("compare: { policies: [{ policy: edf }, { policy: edf }] }\n")),
              ElementsAre(HasSubstr("the name \"edf\" is taken by compare.policies[0]")));
}

TEST(Problems, BadNames) {
  EXPECT_THAT(problems_of(with_model("path: a.onnx") + "node: { name: 'a b' }\n"),
              ElementsAre("run.yaml:3:15: node.name: \"a b\" is not a name; use letters, digits, "
                          "'-', '_' and '.'"));
}

TEST(Problems, KeyTwice) {
  EXPECT_THAT(problems_of(with_task("priority: 1, priority: 2")),
              ElementsAre("run.yaml:5:46: tasks[0].priority: given twice; the first is in line 5"));
}

TEST(Problems, DanglingReferences) {
  EXPECT_THAT(problems_of(std::string(kModels) + "tasks: [{ name: t, model: detektor }]\n"),
              ElementsAre("run.yaml:4:27: tasks[0].model: there is no model \"detektor\"; did you "
                          "mean \"detector\"?"));
  EXPECT_THAT(problems_of(with_task("on_shed: degrade, degrade_to: nobody")),
              ElementsAre("run.yaml:5:63: tasks[0].degrade_to: there is no task \"nobody\"; known "
                          "tasks: t"));
}

TEST(Problems, DegradingInACircle) {
  EXPECT_THAT(problems_of(std::string(kModels) + R"(tasks:
  - { name: a, model: detector, on_shed: degrade, degrade_to: b }
  - { name: b, model: detector, on_shed: degrade, degrade_to: a }
  - { name: c, model: detector, on_shed: degrade, degrade_to: a }
)"),
              ElementsAre("run.yaml:5:63: tasks[0].degrade_to: degrades in a circle: a -> b -> a; "
                          "let the last one `drop`"));
}

TEST(Problems, KeysThatNeedEachOther) {
  EXPECT_THAT(problems_of(with_task("on_shed: degrade")),
              ElementsAre("run.yaml:5:5: tasks[0]: `on_shed: degrade` needs `degrade_to`: the task "
                          "with the cheaper model"));
  EXPECT_THAT(problems_of(with_task("defer_by: 5ms")),
              ElementsAre("run.yaml:5:43: tasks[0]: `defer_by` has no effect without `on_shed: "
                          "defer`; add it"));
  EXPECT_THAT(problems_of(with_source("type: images, rate: 1/s")),
              ElementsAre("run.yaml:5:41: tasks[0].source: this type of source needs `path`: the "
                          "file or folder it reads"));
  EXPECT_THAT(problems_of(with_source("path: frames, rate: 1/s")),
              ElementsAre("run.yaml:5:49: tasks[0].source: a synthetic source reads no file; add "
                          "`type: image`, `images` or `video`"));
  EXPECT_THAT(problems_of(with_source("type: synthetic")),
              ElementsAre("run.yaml:5:41: tasks[0].source: the key \"rate\" is missing: how many "
                          "frames come, for example 15/s"));
  EXPECT_THAT(problems_of(with_source("rate: 1/s, arrivals: poisson, jitter: 1ms")),
              ElementsAre("run.yaml:5:81: tasks[0].source: `jitter` has no effect with `arrivals: "
                          "poisson`; remove it, or use `arrivals: periodic`"));
  EXPECT_THAT(problems_of(with_source("rate: 1/s, start: 2s, stop: 1s")),
              ElementsAre("run.yaml:5:41: tasks[0].source: `stop` must be after `start`"));
  EXPECT_THAT(problems_of(with_source("arrivals: trace")),
              ElementsAre("run.yaml:5:41: tasks[0].source: `arrivals: trace` needs `trace`: a CSV "
                          "file with a column time_s"));
  EXPECT_THAT(problems_of(with_source("arrivals: spike, rate: 1/s")),
              ElementsAre(HasSubstr("`arrivals: spike` needs `length`"),
                          HasSubstr("`arrivals: spike` needs `factor`")));
}

TEST(Problems, ModelsWithoutAFileOrWithTooMuch) {
  EXPECT_THAT(
      problems_of(with_model("threads: 1")),
      ElementsAre("run.yaml:1:10: models[0]: the key \"path\" is missing: the model's .onnx "
                  "file (or give `synthetic` for a model that only takes time)"));
  EXPECT_THAT(problems_of(with_model("path: a.onnx, synthetic: { service: 1ms }")),
              ElementsAre("run.yaml:1:29: models[0]: a synthetic model has no file; remove `path` "
                          "or `synthetic`"));
  EXPECT_THAT(problems_of(with_model("backend: onnxruntime, path: a, synthetic: { service: 1ms }")),
              ElementsAre(HasSubstr("`synthetic` has no effect with `backend: onnxruntime`")));
  EXPECT_THAT(problems_of(with_model("backend: synthetic")),
              ElementsAre(HasSubstr("`backend: synthetic` needs `synthetic`")));
  EXPECT_THAT(problems_of(with_model("path: a, provider_options: { cuda: { x: 1 } }")),
              ElementsAre(HasSubstr("options for \"cuda\", which is not among `providers`")));
  EXPECT_THAT(problems_of(with_model("path: a, preprocess: { std: 0 }")),
              ElementsAre(HasSubstr("`std` divides, so it must not be 0")));
  EXPECT_THAT(problems_of(with_model("path: a, preprocess: { mean: [1, 2] }")),
              ElementsAre(HasSubstr("models[0].preprocess.mean: needs exactly 3 items, has 2")));
  EXPECT_THAT(problems_of(with_model("path: a, preprocess: { width: 3 }")),
              ElementsAre(HasSubstr("give both `width` and `height`, or neither")));
}

TEST(Problems, SyntheticModels) {
  EXPECT_THAT(problems_of(with_model("synthetic: { service: { cv: 0.5, base: 1ms } }")),
              ElementsAre(HasSubstr("`cv` has no effect without `distribution: lognormal`")));
  EXPECT_THAT(problems_of(with_model("synthetic: { service: { distribution: empirical } }")),
              ElementsAre(HasSubstr("`distribution: empirical` needs `samples`")));
  EXPECT_THAT(problems_of(with_model("synthetic: { service: {} }")),
              ElementsAre(HasSubstr("needs `base` or `per_item`")));
  EXPECT_THAT(
      problems_of(with_model("synthetic: { service: 1ms, failure_rate: 60%, hang_rate: 0.5 }")),
      ElementsAre(HasSubstr("the rates of faults are more than 100% together")));
}

TEST(Problems, SharesOwedTogether) {
  EXPECT_THAT(problems_of(std::string(kModels) + R"(tasks:
  - { name: a, model: detector, min_share: 60% }
  - { name: b, model: detector, min_share: 0.5 }
)"),
              ElementsAre("run.yaml:5:3: tasks: the tasks' `min_share` are 110% together; at most "
                          "100% can be owed"));
  EXPECT_THAT(problems_of(std::string(kModels) + R"(tasks:
  - { name: a, model: detector, min_share: 10% }
  - { name: b, model: detector, min_share: 20% }
  - { name: c, model: detector, min_share: 70% }
)"),
              IsEmpty());
}

TEST(Problems, SlotsThatDoNotExist) {
  EXPECT_THAT(problems_of(with_model("path: a, slots: [0, 2]") + "scheduler: { slots: 2 }\n"),
              ElementsAre("run.yaml:1:43: models[0].slots[1]: slot 2 does not exist; "
                          "`scheduler.slots` is 2, so slots are 0 to 1"));
}

TEST(Problems, MistakesInPolicyVariants) {
  EXPECT_THAT(problems_of(with("compare:\n  policies:\n    - { name: x, polcy: edf }\n"
                               "    - { name: y, slots: none }\n")),
              ElementsAre("run.yaml:9:18: compare.policies[0].polcy: unknown key; did you mean "
                          "\"policy\"?",
                          "run.yaml:10:25: compare.policies[1].slots: \"none\" is not a whole "
                          "number; known words: auto"));
}

TEST(Problems, VariantsOnOtherMachines) {
  EXPECT_THAT(problems_of(with("scheduler: { slots: 1 }\ncompare: { policies: [{ slots: 2 }] }\n")),
              ElementsAre("run.yaml:8:32: compare.policies[0].slots: all variants run on the same "
                          "machine; set `scheduler.slots` instead"));
}

TEST(Problems, AllAtOnceInFileOrder) {
  const auto problems = problems_of(R"(scheduler: { policy: nope }
models: [{ name: net, path: 3, thread: 2 }]
tasks: [{ name: t, model: not, priority: x }]
)");
  EXPECT_THAT(
      problems,
      ElementsAre(HasSubstr(":1:22: scheduler.policy:"), HasSubstr(":2:32: models[0].thread:"),
                  HasSubstr(":3:27: tasks[0].model:"), HasSubstr(":3:42: tasks[0].priority:")));
}

TEST(Problems, Variables) {
  EXPECT_THAT(problems_of(with_model("path: '${NOWHERE}/net.onnx'")),
              ElementsAre("run.yaml:1:29: environment variable NOWHERE is not set; set it, or give "
                          "a default: ${NOWHERE:-default}"));
  EXPECT_THAT(problems_of(with_model("path: '${NOWHERE'")),
              ElementsAre("run.yaml:1:29: \"${NOWHERE\" lacks the closing brace; write ${NAME}, or "
                          "$${ for a plain ${"));
}

TEST(Problems, VariablesBetweenBracesNeedQuotes) {
  EXPECT_THAT(problems_of(with_model("path: ${HOME}")),
              ElementsAre(HasSubstr("inside { } and [ ], put quotes around \"${...}\"")));
}

TEST(Problems, Settings) {
  const auto loaded = load(with(""), {}, {"tasks[9].priority=1", "scheduler.policy"});
  ASSERT_EQ(loaded.problems.size(), 2u);
  EXPECT_EQ(loaded.problems[0].message,
            "--set tasks[9].priority=1: there is no item \"9\"; give an index from 0 or a name");
  const auto bad_value = load(with(""), {}, {"tasks[people].priority=high"});
  ASSERT_EQ(bad_value.problems.size(), 1u);
  EXPECT_EQ(to_string(bad_value.problems[0]),
            "--set tasks[people].priority=high: tasks[0].priority: \"high\" is not a whole number");
}

}  // namespace
}  // namespace sluice::config
