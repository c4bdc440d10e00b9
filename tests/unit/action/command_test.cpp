#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "action/command_action.hpp"
#include "action/process.hpp"
#include "unit/action/action_folder.hpp"

namespace sluice::action {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

base::Status run(std::vector<std::string> arguments, const Event& event = event_of("i-1"),
                 base::Duration timeout = seconds(20)) {
  const CommandOptions options{.run = std::move(arguments), .timeout = timeout};
  if (auto ok = check(options); !ok) return ok;
  return make_command_action(options)->act(event);
}

TEST(Command, GetsItsArgumentsWithoutAShell) {
  const ActionFolder folder;
  const auto file = (folder / "out").string();
  Event event = event_of("$(touch hacked); `id`");
  event.station = std::string("a\0b", 3);
  ASSERT_TRUE(run({"sh", "-c", "printf '%s\\n' \"$@\" > " + file, "sh", "{id}", "{station}",
                   "{cameras.back.image}", "{{x}}"},
                  event));
  EXPECT_THAT(lines_of(file), ElementsAre("$(touch hacked); `id`", "ab", "", "{x}"));
}

TEST(Command, GetsPathAndTheEventInItsEnvironmentAndNothingElse) {
  const ActionFolder folder;
  ::setenv("SLUICE_TEST_SECRET", "hidden", 1);
  ASSERT_TRUE(
      run({"sh", "-c",
           "env | grep -v '^\\(PWD\\|SHLVL\\|_\\)=' | sort > " + (folder / "env").string()}));
  ::unsetenv("SLUICE_TEST_SECRET");
  EXPECT_THAT(lines_of(folder / "env"),
              ElementsAre(testing::StartsWith("PATH="), "SLUICE_DECISION=KO", "SLUICE_ID=i-1",
                          "SLUICE_KIND=item", "SLUICE_STATION=line 1",
                          "SLUICE_TIME=2026-11-22T12:00:00.123Z"));
}

TEST(Command, HasNoFilesOfOurs) {
  const ActionFolder folder;
  const std::ofstream ours(folder / "ours");
  ASSERT_TRUE(run({"sh", "-c", "ls /proc/$$/fd | wc -w > " + (folder / "count").string()}));
  // Its three, and the one that the shell opens for the redirection or the pipe.
  EXPECT_LE(std::stoi(lines_of(folder / "count").at(0)), 5);
  ASSERT_TRUE(run({"sh", "-c", "cat > " + (folder / "input").string()}));
  EXPECT_TRUE(lines_of(folder / "input").empty());
}

TEST(Command, AnyOtherEndIsAnErrorThatIsNotTriedAgain) {
  const auto failed = run({"sh", "-c", "exit 3"});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, base::ErrorCode::internal);
  EXPECT_EQ(failed.error().message, "sh ended with status 3");
  const auto killed = run({"sh", "-c", "kill -9 $$"});
  ASSERT_FALSE(killed);
  EXPECT_EQ(killed.error().message, "sh was ended by signal 9");
  const auto missing = run({"/no/such/program"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, base::ErrorCode::invalid);
  EXPECT_FALSE(make_command_action({.run = {"true"}})->repeatable());
}

// The child of the shell would live on if only the shell were killed.
TEST(Command, IsKilledWithItsGroupWhenItTakesTooLong) {
  const ActionFolder folder;
  const auto slow =
      run({"sh", "-c", "sleep 1000 & echo $! > " + (folder / "pid").string() + "; wait"},
          event_of("i"), milliseconds(300));
  ASSERT_FALSE(slow);
  EXPECT_THAT(slow.error().message, HasSubstr("did not end within 300ms"));
  const pid_t sleeper = std::stoi(lines_of(folder / "pid").at(0));
  // Gone, or dead and not yet collected.
  std::string state = "Z";
  std::ifstream(fmt::format("/proc/{}/stat", sleeper)) >> state >> state >> state;
  EXPECT_THAT(state, testing::AnyOf("Z", "X"));
}

TEST(Process, KeepsABoundedPartOfTheOutput) {
  const auto result =
      run_process({.arguments = {"sh", "-c", "head -c 1000000 /dev/zero; echo e >&2"},
                   .environment = {"PATH=/usr/bin:/bin"},
                   .timeout = seconds(20),
                   .most_output = 1000});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->output.size(), 1000u);
  EXPECT_EQ(result->status, 0);
  const auto both = run_process({.arguments = {"sh", "-c", "echo out; echo err >&2"},
                                 .environment = {"PATH=/usr/bin:/bin"},
                                 .timeout = seconds(20),
                                 .most_output = 1000});
  ASSERT_TRUE(both);
  EXPECT_EQ(both->output, "out\nerr\n");
}

// A process that it leaves behind keeps the pipe, but not us.
TEST(Process, DoesNotWaitForWhatIsLeftBehind) {
  const auto result = run_process({.arguments = {"sh", "-c", "sleep 60 & echo $!"},
                                   .environment = {"PATH=/usr/bin:/bin"},
                                   .timeout = seconds(30),
                                   .most_output = 1000});
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->timed_out);
  ::kill(std::stoi(result->output), SIGKILL);
}

TEST(Command, ChecksItsOptions) {
  EXPECT_FALSE(check(CommandOptions{}));
  EXPECT_FALSE(check(CommandOptions{.run = {""}}));
  EXPECT_FALSE(check(CommandOptions{.run = {"{id}"}}));
  EXPECT_FALSE(check(CommandOptions{.run = {"true", "{nothing}"}}));
  EXPECT_FALSE(check(CommandOptions{.run = {"true"}, .timeout = seconds(0)}));
  EXPECT_TRUE(check(CommandOptions{.run = {"true", "{id}"}}));
}

}  // namespace
}  // namespace sluice::action
