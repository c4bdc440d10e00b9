#include <sstream>

#include <gtest/gtest.h>

#include "cli/run_progress.hpp"

namespace sluice::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

schedule::Accounting counts() {
  schedule::Accounting a;
  a.offered = 10;
  a.on_time = 5;
  a.late = 1;
  a.dropped[0] = 1;
  a.dropped[3] = 1;
  a.queued = 1;
  a.running = 1;
  return a;
}

TEST(ProgressLine, WithoutALimitThereIsNoBar) {
  EXPECT_EQ(progress_line({}, milliseconds(2500), counts()),
            "2.5 s  offered 10  on time 5  late 1  dropped 2  failed 0  waiting 2");
}

TEST(ProgressLine, ShowsTheLimitThatIsNearest) {
  EXPECT_EQ(progress_line({.duration = seconds(10)}, milliseconds(2500), counts()).substr(0, 31),
            "[#####---------------]  25 %  2");
  EXPECT_EQ(progress_line({.duration = seconds(10), .frames = 20}, milliseconds(2500), counts())
                .substr(0, 28),
            "[##########----------]  50 %");
  EXPECT_EQ(progress_line({.duration = seconds(1)}, seconds(9), counts()).substr(0, 28),
            "[####################] 100 %")
      << "draining";
}

TEST(Progress, DrawsOverItselfAndCleansUp) {
  std::ostringstream out;
  {
    Progress progress(out, true);
    progress.show("one");
    progress.show("two");
  }
  EXPECT_EQ(out.str(), "\rone\x1b[K\rtwo\x1b[K\r\x1b[K");
}

TEST(Progress, IsSilentWhereThereIsNoTerminal) {
  std::ostringstream out;
  {
    Progress progress(out, false);
    progress.show("one");
  }
  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace sluice::cli
