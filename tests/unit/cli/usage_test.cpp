// What the program says about itself and about wrong usage.
#include <sstream>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_tree.hpp"
#include "cli/program.hpp"
#include "unit/cli/cli_helpers.hpp"

namespace sluice::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

CommandInfo tree() {
  std::ostringstream sink;
  Session session{.out = sink, .err = sink};
  return describe(*make_program(session));
}

TEST(Usage, WithoutArgumentsHelpGoesToStandardError) {
  const auto ran = run_sluice({});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.out, IsEmpty());
  EXPECT_THAT(ran.err, HasSubstr("compare"));
}

TEST(Usage, EveryCommandHasHelpWithAnExample) {
  const auto program = tree();
  for (const auto* command : flatten(program)) {
    auto arguments = command->path;
    arguments.emplace_back("--help");
    const auto ran = run_sluice(arguments);
    EXPECT_EQ(ran.code, ExitCode::ok) << full_name(*command);
    EXPECT_THAT(ran.err, IsEmpty());
    EXPECT_THAT(ran.out, ContainsRegex("Examples?:\n  ")) << full_name(*command);
    EXPECT_THAT(ran.out, HasSubstr(command->description)) << full_name(*command);
  }
}

TEST(Usage, HelpCommandEqualsHelpOption) {
  EXPECT_EQ(run_sluice({"help", "bench", "grid"}).out, run_sluice({"bench", "grid", "--help"}).out);
  EXPECT_EQ(run_sluice({"help"}).out, run_sluice({"--help"}).out);
  const auto wrong = run_sluice({"help", "rnu"});
  EXPECT_EQ(wrong.code, ExitCode::usage);
  EXPECT_EQ(wrong.err, "sluice: unknown command \"rnu\"; did you mean \"run\"?\n");
}

TEST(Usage, UnknownCommandsAndOptions) {
  const auto command = run_sluice({"comapre", "x"});
  EXPECT_EQ(command.code, ExitCode::usage);
  EXPECT_EQ(command.err,
            "sluice: unknown command \"comapre\"; did you mean \"compare\"?\n"
            "sluice: see sluice --help\n");
  EXPECT_EQ(run_sluice({"bench", "gird"}).err,
            "sluice: unknown command \"gird\"; did you mean \"grid\"?\n"
            "sluice: see sluice bench --help\n");
  EXPECT_THAT(run_sluice({"bench", "grid", "--quite"}).err, HasSubstr("did you mean \"--quiet\"?"));
  const auto option = run_sluice({"compare", "x.yaml", "--jsn"});
  EXPECT_EQ(option.code, ExitCode::usage);
  EXPECT_EQ(option.err,
            "sluice: unknown option --jsn; did you mean \"--json\"?\n"
            "sluice: see sluice compare --help\n");
  EXPECT_EQ(run_sluice({"check", "a", "b"}).err,
            "sluice: unexpected argument \"b\"\nsluice: see sluice check --help\n");
  EXPECT_EQ(run_sluice({"bench"}).code, ExitCode::usage);
}

TEST(Usage, MissingAndBadValues) {
  const auto missing = run_sluice({"check"});
  EXPECT_EQ(missing.code, ExitCode::usage);
  EXPECT_THAT(missing.err, HasSubstr("FILE is required"));
  EXPECT_THAT(run_sluice({"run", "f", "--policy", "slak"}).err,
              HasSubstr("unknown policy \"slak\"; did you mean \"slack\"?"));
  EXPECT_THAT(run_sluice({"run", "f", "--duration", "10"}).err,
              HasSubstr("\"10\" has no unit; write it like 80ms or 2s"));
  EXPECT_THAT(run_sluice({"run", "f", "--grace", "-1s"}).err, HasSubstr("is negative"));
  EXPECT_EQ(run_sluice({"run", "f", "--frames", "x"}).code, ExitCode::usage);
  EXPECT_EQ(run_sluice({"bench", "grid", "--seeds", "0"}).code, ExitCode::usage);
  EXPECT_EQ(run_sluice({"replay", "j", "--check", "--policy", "edf"}).code, ExitCode::usage);
  EXPECT_EQ(run_sluice({"completion", "tcsh"}).code, ExitCode::usage);
}

TEST(Usage, Version) {
  EXPECT_EQ(run_sluice({"--version"}).out, std::string("sluice ") + SLUICE_VERSION + "\n");
  const auto ran = run_sluice({"version", "--json"});
  EXPECT_EQ(ran.code, ExitCode::ok);
  const auto json = boost::json::parse(ran.out).as_object();
  EXPECT_EQ(json.at("version"), SLUICE_VERSION);
  EXPECT_FALSE(json.at("compiler").as_string().empty());
  const auto& runtime = json.at("onnxruntime").as_object();
  EXPECT_FALSE(runtime.at("version").as_string().empty());
  const auto& providers = runtime.at("providers").as_array();
  EXPECT_NE(std::find(providers.begin(), providers.end(), boost::json::value("cpu")),
            providers.end());
  EXPECT_THAT(run_sluice({"version"}).out, HasSubstr("ONNX Runtime: "));
}

TEST(Usage, Schema) {
  EXPECT_EQ(boost::json::parse(run_sluice({"schema"}).out).at("title"), "Sluice configuration");
  EXPECT_THAT(run_sluice({"schema", "--markdown"}).out, StartsWith("# Configuration reference\n"));
}

TEST(Reference, HasEveryCommandAndOption) {
  const auto text = run_sluice({"help", "--markdown"}).out;
  const auto program = tree();
  for (const auto* command : flatten(program)) {
    EXPECT_THAT(text, HasSubstr("\n## " + full_name(*command) + "\n"));
    for (const auto& option : command->options) {
      EXPECT_THAT(text, HasSubstr(option.names.back()));
      EXPECT_FALSE(option.description.empty()) << full_name(*command) << option.names.back();
    }
  }
  EXPECT_THAT(text, HasSubstr("sluice report [OPTIONS] JOURNAL...\n"));
  EXPECT_THAT(text, HasSubstr("| `--policy POLICY` | Use this policy instead of the file's. One of "
                              "slack, fifo, priority, edf,"));
}

TEST(CommandTree, KnowsValuesAndWords) {
  const auto program = tree();
  const auto all = flatten(program);
  const auto run = std::find_if(all.begin(), all.end(), [](const CommandInfo* command) {
    return command->path == std::vector<std::string>{"run"};
  });
  ASSERT_NE(run, all.end());
  const auto option = [&](const std::string& name) {
    return *std::find_if((*run)->options.begin(), (*run)->options.end(),
                         [&](const OptionInfo& o) { return o.names.back() == name; });
  };
  EXPECT_EQ(option("--policy").value, "POLICY");
  EXPECT_EQ(option("--policy").words.size(), 8u);
  EXPECT_EQ(option("--policy").words.front(), "slack");
  EXPECT_EQ(option("--duration").value, "TIME");
  EXPECT_TRUE(option("--duration").words.empty());
  EXPECT_EQ(option("--set").value, "KEY=VALUE");
  EXPECT_TRUE(option("--set").repeatable);
  EXPECT_TRUE(option("--json").value.empty());
  ASSERT_EQ((*run)->positionals.size(), 1u);
  EXPECT_EQ((*run)->positionals[0].value, "FILE");
  EXPECT_TRUE((*run)->positionals[0].required);
}

}  // namespace
}  // namespace sluice::cli
