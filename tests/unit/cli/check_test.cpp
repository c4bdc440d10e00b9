#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_helpers.hpp"

namespace sluice::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kBroken =
    "models: [{ name: net, path: missing.onnx }]\n"
    "tasks: [{ name: t, model: nett, queue: { capacity: 0 } }]\n";

TEST(Check, AcceptsTheExamples) {
  for (const auto* name : {"overload.yaml", "cameras.yaml"}) {
    const auto ran = run_sluice({"check", example(name)});
    EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr(": ok ("));
    EXPECT_THAT(ran.err, IsEmpty());
  }
}

TEST(Check, ListsEveryProblem) {
  const Folder folder;
  const auto file = folder.write("run.yaml", kBroken);
  const auto ran = run_sluice({"check", file});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.out, IsEmpty());
  EXPECT_EQ(ran.err, file +
                         ":2:27: tasks[0].model: there is no model \"nett\"; did you mean "
                         "\"net\"?\n" +
                         file + ":2:52: tasks[0].queue.capacity: must be at least 1, is 0\n" +
                         "sluice: 2 problems; nothing was started\n");
}

TEST(Check, CountsWhatThereIs) {
  const Folder folder;
  folder.write("net.onnx", "");
  const auto file =
      folder.write("line.yaml",
                   "models: [{ name: net, path: net.onnx }]\n"
                   "stations:\n"
                   "  - { name: line, cameras: [{ name: front, source: { type: push } }] }\n");
  EXPECT_EQ(run_sluice({"check", file}).out, file + ": ok (1 model, 0 tasks, 1 station)\n");
}

TEST(Check, LooksForFiles) {
  const Folder folder;
  const auto file = folder.write("run.yaml",
                                 "models: [{ name: net, path: missing.onnx }]\n"
                                 "tasks: [{ name: t, model: net }]\n");
  const auto ran = run_sluice({"check", file});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.err, HasSubstr(file + ":1:29: models[0].path: \"" + folder.path("missing.onnx") +
                                 "\" does not exist"));
}

TEST(Check, JsonHasPlaces) {
  const Folder folder;
  const auto file = folder.write("run.yaml", kBroken);
  const auto ran = run_sluice({"check", file, "--json"});
  EXPECT_EQ(ran.code, ExitCode::usage);
  const auto result = boost::json::parse(ran.out);
  EXPECT_EQ(result.at("ok"), false);
  const auto& first = result.at("problems").at(0);
  EXPECT_EQ(first.at("line"), 2);
  EXPECT_EQ(first.at("column"), 27);
  EXPECT_EQ(first.at("path"), "tasks[0].model");
  EXPECT_EQ(
      boost::json::parse(run_sluice({"check", example("overload.yaml"), "--json"}).out).at("ok"),
      true);
}

TEST(Check, AFileThatIsNotThere) {
  const auto ran = run_sluice({"check", "nowhere.yaml"});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.err, HasSubstr("nowhere.yaml: cannot be read: No such file or directory\n"));
}

}  // namespace
}  // namespace sluice::cli
