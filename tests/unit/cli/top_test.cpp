#include <sstream>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/styled_text.hpp"
#include "cli/top_screen.hpp"
#include "unit/cli/cli_helpers.hpp"

namespace sluice::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// The document that the observer's tests keep true.
TopView example_view() {
  TopView view;
  view.live = boost::json::parse(read_file(SLUICE_SOURCE_DIR "/tests/unit/serve/live.golden.json"))
                  .as_object();
  view.decisions = boost::json::parse(R"({"decisions": [{"decision": "1-62", "t_s": -0.5,
      "task": "classifier", "end": "shed", "sentence": "refused when it arrived: shed"}]})")
                       .as_object();
  return view;
}

TEST(TopScreen, ShowsTasksSlotsModelsAndDecisions) {
  const auto text = top_screen(example_view(), {200, 0}, false);
  EXPECT_THAT(text, HasSubstr("line-3  sluice 0.1.0  up 70.0 s  ready  slack, shedder adaptive "
                              "(shedding)"));
  EXPECT_THAT(text, HasSubstr("cpu 71 %"));
  EXPECT_THAT(text, HasSubstr("55 C"));
  EXPECT_THAT(text, Not(HasSubstr(" W")));  // the machine does not say
  EXPECT_THAT(text, HasSubstr("slot 0  [##"));
  EXPECT_THAT(text, HasSubstr("classifier on cls:2, batch of 1"));
  EXPECT_THAT(text, HasSubstr("model cls:2 READY  1 of 2 instances, cpu, 45.0 ms per batch"));
  EXPECT_THAT(text, HasSubstr("-0.50 s  1-62      classifier   shed       refused when"));
  EXPECT_THAT(text, HasSubstr("4: shed 4"));
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line) && !line.starts_with("detector")) {
  }
  for (const char* cell : {"100", "1.9", "88.2 %", "34.6", "85.0", "80.0"}) {
    EXPECT_THAT(line, HasSubstr(cell));
  }
}

TEST(TopScreen, FitsTheTerminal) {
  auto view = example_view();
  view.live["node"] = "Fließband-3";
  for (const std::size_t columns : {1u, 20u, 40u, 80u}) {
    const auto text = top_screen(view, {columns, 7}, false);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 7);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      const auto characters =
          std::count_if(line.begin(), line.end(), [](char c) { return (c & '\xC0') != '\x80'; });
      EXPECT_LE(characters, static_cast<std::ptrdiff_t>(columns)) << line;
    }
  }
}

TEST(TopScreen, HasColoursOnlyWhenAsked) {
  EXPECT_THAT(top_screen(example_view(), {120, 0}, false), Not(HasSubstr("\x1b")));
  EXPECT_THAT(top_screen(example_view(), {120, 0}, true), HasSubstr("\x1b[32mready\x1b[0m"));
}

TEST(TopScreen, DoesNotPassOnControlCharacters) {
  auto view = example_view();
  view.live["node"] =
      "a\x1b[2Jb\xC2\x9B"
      "c";
  EXPECT_THAT(top_screen(view, {120, 0}, false), HasSubstr("a?[2Jb?c  sluice"));
}

TEST(TopScreen, ShowsWhatThereIsOfAnEmptyDocument) {
  TopView view;
  view.problem = "http://a:1: no answer";
  const auto text = top_screen(view, {120, 0}, false);
  EXPECT_THAT(text, HasSubstr("not ready"));
  EXPECT_THAT(text, HasSubstr("no answer"));
}

TEST(Top, SaysThatNobodyIsThere) {
  const auto ran = run_sluice({"top", "127.0.0.1:1"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_THAT(ran.err, HasSubstr("cannot connect"));
  EXPECT_EQ(run_sluice({"top", "ftp://x"}).code, ExitCode::usage);
  EXPECT_EQ(run_sluice({"top", "--token-file", "/no/such/file"}).code, ExitCode::usage);
}

}  // namespace
}  // namespace sluice::cli
