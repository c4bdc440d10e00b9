// The completion scripts, tried out in the shells themselves where those are installed.
#include "cli/completion.hpp"

#include <array>
#include <cstdio>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_helpers.hpp"

namespace sluice::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

/// What a shell command prints.
std::string shell(const std::string& command) {
  std::string out;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  std::array<char, 4096> buffer{};
  while (const auto n = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    out.append(buffer.data(), n);
  }
  ::pclose(pipe);
  return out;
}

class BashCompletion : public testing::Test {
 protected:
  /// The completions of a line whose last word is being typed.
  std::string complete(const std::string& words) const {
    const auto script = folder_.write("completion.bash", run_sluice({"completion", "bash"}).out);
    const auto test =
        folder_.write("test.bash", "source " + script + "\nCOMP_WORDS=(" + words +
                                       ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_sluice\n"
                                       "printf '%s ' \"${COMPREPLY[@]}\"\n");
    return shell("bash " + test + " 2>&1");
  }
  Folder folder_;
};

TEST_F(BashCompletion, Commands) {
  EXPECT_EQ(complete("sluice com"), "compare completion ");
  EXPECT_EQ(complete("sluice bench ''"), "grid suite spike load -h --help ");
}

TEST_F(BashCompletion, OptionsOfTheCommand) {
  EXPECT_THAT(complete("sluice run --f"),
              testing::AllOf(HasSubstr("--frames"), HasSubstr("--force")));
  EXPECT_EQ(complete("sluice bench grid --req"), "--requests ");
  EXPECT_THAT(complete("sluice check --"), Not(HasSubstr("--frames")));
}

TEST_F(BashCompletion, Words) {
  EXPECT_EQ(complete("sluice run x.yaml --policy f"), "fifo fixed_batch ");
  EXPECT_EQ(complete("sluice completion z"), "zsh ");
}

TEST_F(BashCompletion, LeavesFilesToTheShell) {
  EXPECT_EQ(complete("sluice run --journal ''"), " ");
}

TEST(ZshCompletion, IsValid) {
  const auto script = run_sluice({"completion", "zsh"}).out;
  EXPECT_THAT(script, testing::StartsWith("#compdef sluice\n"));
  EXPECT_THAT(script, HasSubstr("_sluice_bench_grid() {"));
  EXPECT_THAT(script, HasSubstr(":POLICY:(slack fifo "));
  if (shell("command -v zsh").empty()) GTEST_SKIP() << "no zsh here";
  const Folder folder;
  EXPECT_EQ(shell("zsh -n " + folder.write("_sluice", script) + " 2>&1"), "");
}

TEST(FishCompletion, IsValid) {
  const auto script = run_sluice({"completion", "fish"}).out;
  EXPECT_THAT(script, HasSubstr("complete -c sluice -n '__fish_use_subcommand' -f -a run -d "));
  EXPECT_THAT(script, HasSubstr(" -l policy -x -a 'slack fifo "));
  EXPECT_THAT(script, HasSubstr("'__fish_seen_subcommand_from bench; and "
                                "__fish_seen_subcommand_from grid'"));
  if (shell("command -v fish").empty()) GTEST_SKIP() << "no fish here";
  const Folder folder;
  EXPECT_EQ(shell("fish -n " + folder.write("sluice.fish", script) + " 2>&1"), "");
}

}  // namespace
}  // namespace sluice::cli
