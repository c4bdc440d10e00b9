// The queue in a process that is killed at each point, again and again, until all is done.
#include <csignal>
#include <map>
#include <set>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "action/queue.hpp"
#include "unit/action/action_folder.hpp"

namespace sluice::action {
namespace {

constexpr int kEvents = 12;

enum class Point { none, before_commit, after_commit, before_act, after_act };

/// Writes the id into a file, which is its effect; the process may be killed before or after.
class FatalAction final : public Action {
 public:
  FatalAction(std::filesystem::path file, bool repeats, std::string victim, Point point)
      : file_(std::move(file)), repeats_(repeats), victim_(std::move(victim)), point_(point) {}
  base::Status act(const Event& event) override {
    const bool dies = event.id == victim_;
    if (dies && point_ == Point::before_act) ::raise(SIGKILL);
    const int file = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const std::string line = event.id + "\n";
    (void)!::write(file, line.data(), line.size());
    ::close(file);
    if (dies && point_ == Point::after_act) ::raise(SIGKILL);
    return {};
  }
  [[nodiscard]] bool repeatable() const override { return repeats_; }

 private:
  std::filesystem::path file_;
  bool repeats_;
  std::string victim_;
  Point point_;
};

/// One life: opens the queue, queues what is not yet accepted, and works. 0: all is done.
int live(const ActionFolder& folder, bool repeats, const std::string& victim, Point point) {
  std::vector<QueuedAction> actions;
  actions.push_back(
      {"a", std::make_unique<FatalAction>(folder / "acted", repeats, victim, point), {}});
  auto queue =
      ActionQueue::open(folder / "queue.db", {.path = folder / "dead"}, std::move(actions));
  auto database = store::Database::open(folder / "queue.db");
  if (!queue || !database) return 1;
  // The items that are done: the rows of their actions come in the same transaction.
  if (!database->run("CREATE TABLE IF NOT EXISTS done(id TEXT PRIMARY KEY)")) return 1;
  const std::vector<std::string> names{"a"};
  for (int i = 0; i < kEvents; ++i) {
    const std::string id = std::to_string(i);
    if (!database->run("BEGIN IMMEDIATE; INSERT OR IGNORE INTO done VALUES('" + id + "')")) {
      return 1;
    }
    if (database->changes() > 0 &&
        !add_to_queue(*database, event_of(id), names, wall(std::chrono::seconds(0)))) {
      return 1;
    }
    if (id == victim && point == Point::before_commit) ::raise(SIGKILL);
    if (!database->run("COMMIT")) return 1;
    if (id == victim && point == Point::after_commit) ::raise(SIGKILL);
  }
  WallTime next;
  do {
    next = (*queue)->step(0, wall(std::chrono::seconds(0)));
  } while (next != WallTime::max());
  return 0;
}

int child_status(const ActionFolder& folder, bool repeats, const std::string& victim, Point point) {
  const pid_t process = ::fork();
  if (process == 0) ::_exit(live(folder, repeats, victim, point));
  int status = 0;
  ::waitpid(process, &status, 0);
  return status;
}

class QueueCrash : public testing::TestWithParam<Point> {};

TEST_P(QueueCrash, NothingIsLostAndNothingUnrepeatableIsDoneTwice) {
  for (const bool repeats : {true, false}) {
    const ActionFolder folder;
    for (const char* victim : {"0", "5", "11"}) {
      const int status = child_status(folder, repeats, victim, GetParam());
      // After its first life the victim is done, unless it died before it counted.
      ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << victim;
    }
    ASSERT_EQ(child_status(folder, repeats, "", Point::none), 0);

    std::map<std::string, int> acted;
    for (const auto& id : lines_of(folder / "acted")) ++acted[id];
    std::set<std::string> dead;
    for (const auto& line : lines_of(folder / "dead")) {
      const auto letter = boost::json::parse(line);
      EXPECT_TRUE(std::string(letter.at("reason").as_string()).starts_with("in doubt")) << line;
      dead.insert(letter.at("event").at("id").as_string().c_str());
    }
    for (int i = 0; i < kEvents; ++i) {
      const std::string id = std::to_string(i);
      if (repeats) {
        EXPECT_GE(acted[id], 1) << id;
        EXPECT_LE(acted[id], GetParam() == Point::after_act ? 2 : 1) << id;
      } else {
        EXPECT_LE(acted[id], 1) << id;
        EXPECT_EQ(acted[id] + static_cast<int>(dead.contains(id)) >= 1, true) << id;
      }
    }
    const bool under_way = GetParam() == Point::before_act || GetParam() == Point::after_act;
    EXPECT_EQ(dead.empty(), repeats || !under_way);
  }
}

INSTANTIATE_TEST_SUITE_P(Points, QueueCrash,
                         testing::Values(Point::before_commit, Point::after_commit,
                                         Point::before_act, Point::after_act));

// Killed from outside whenever it has acted a few times: at any instruction after that.
TEST(QueueKill, AtAnyMoment) {
  for (const bool repeats : {true, false}) {
    const ActionFolder folder;
    for (std::uintmax_t bytes = 2; bytes < 2 * kEvents; bytes += 3) {
      const pid_t process = ::fork();
      if (process == 0) ::_exit(live(folder, repeats, "", Point::none));
      int status = 0;
      pid_t ended = 0;
      std::error_code none_yet;
      while ((ended = ::waitpid(process, &status, WNOHANG)) == 0 &&
             !(std::filesystem::exists(folder / "acted") &&
               std::filesystem::file_size(folder / "acted", none_yet) >= bytes)) {
      }
      if (ended == 0) {
        ::kill(process, SIGKILL);
        ::waitpid(process, nullptr, 0);
      }
    }
    ASSERT_EQ(child_status(folder, repeats, "", Point::none), 0);
    std::map<std::string, int> seen;
    for (const auto& id : lines_of(folder / "acted")) ++seen[id];
    for (const auto& [id, count] : seen) EXPECT_TRUE(repeats || count == 1) << id;
    for (const auto& line : lines_of(folder / "dead")) {
      ++seen[boost::json::parse(line).at("event").at("id").as_string().c_str()];
    }
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(kEvents));
  }
}

}  // namespace
}  // namespace sluice::action
