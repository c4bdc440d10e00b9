// The built program as a process: streams, exit codes, signals.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::HasSubstr;

/// A child process whose two output streams are pipes.
class Process {
 public:
  explicit Process(std::vector<std::string> arguments) {
    int out[2];
    int err[2];
    EXPECT_EQ(::pipe2(out, O_CLOEXEC), 0);
    EXPECT_EQ(::pipe2(err, O_CLOEXEC), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(out[1], STDOUT_FILENO);
      ::dup2(err[1], STDERR_FILENO);
      arguments.insert(arguments.begin(), SLUICE_BINARY);
      std::vector<char*> raw;
      for (auto& argument : arguments) raw.push_back(argument.data());
      raw.push_back(nullptr);
      ::execv(SLUICE_BINARY, raw.data());
      ::_exit(127);
    }
    ::close(out[1]);
    ::close(err[1]);
    out_ = out[0];
    err_ = err[0];
  }
  ~Process() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    ::close(out_);
    ::close(err_);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number) const { ::kill(pid_, number); }

  /// Reads standard error until it contains `text`.
  bool wait_for(const std::string& text) {
    while (err_text_.find(text) == std::string::npos) {
      if (!read_some(err_, err_text_)) return false;
    }
    return true;
  }

  /// Waits for the end; the exit code, or minus the signal that ended it.
  int wait() {
    // Both pipes at once: the child must not block on either.
    bool out_open = true;
    bool err_open = true;
    while (out_open || err_open) {
      pollfd files[2] = {{out_open ? out_ : -1, POLLIN, 0}, {err_open ? err_ : -1, POLLIN, 0}};
      ::poll(files, 2, -1);
      if (files[0].revents != 0) out_open = read_some(out_, out_text_);
      if (files[1].revents != 0) err_open = read_some(err_, err_text_);
    }
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  [[nodiscard]] const std::string& out() const { return out_text_; }
  [[nodiscard]] const std::string& err() const { return err_text_; }

 private:
  static bool read_some(int file, std::string& text) {
    char buffer[4096];
    const ssize_t n = ::read(file, buffer, sizeof buffer);
    if (n <= 0) return false;
    text.append(buffer, static_cast<std::size_t>(n));
    return true;
  }

  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
  std::string out_text_;
  std::string err_text_;
};

class CliRun : public testing::Test {
 protected:
  void SetUp() override {
    auto pattern = (fs::temp_directory_path() / "sluice-run-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return path(name);
  }
  std::string read(const std::string& name) const {
    std::ifstream in(folder_ / name);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  /// Never ends by itself; says so on standard error (the model's remark) once it is about to run.
  std::string endless(const std::string& service) const {
    return write("run.yaml", "models: [{ name: net, warmup: 0, synthetic: { service: " + service +
                                 " } }]\n"
                                 "tasks: [{ name: t, model: net, latency_budget: 600s, queue: { "
                                 "capacity: 100000 }, source: { rate: 200/s } }]\n"
                                 "scheduler: { slots: 1, shedding: none }\n"
                                 "monitor: { interval: none }\n"
                                 "journal: { path: run.ndjson }\n");
  }
  /// Waits until the run's journal has `text`.
  void wait_for_journal(const std::string& text) const {
    while (read("run.ndjson").find(text) == std::string::npos) ::usleep(1000);
  }

  fs::path folder_;
};

TEST_F(CliRun, ResultsAndMessagesGoToDifferentStreams) {
  Process process({"run", endless("100us"), "--frames", "5", "--json"});
  EXPECT_EQ(process.wait(), 0);
  EXPECT_EQ(json::parse(process.out()).at("total").at("offered"), 5);
  EXPECT_THAT(process.err(), HasSubstr("info: model net: synthetic"));
  EXPECT_THAT(process.err(), testing::Not(HasSubstr("\x1b"))) << "no terminal, no colour";
}

TEST_F(CliRun, ASignalDrainsAndReports) {
  for (const int number : {SIGINT, SIGTERM}) {
    Process process({"run", endless("100us"), "--json", "--force", "--grace", "10s"});
    wait_for_journal("\"finished\"");
    process.signal(number);
    EXPECT_EQ(process.wait(), 0) << process.err();
    const auto total = json::parse(process.out()).at("total").as_object();
    EXPECT_GE(total.at("on_time").to_number<std::uint64_t>(), 1u);
    EXPECT_EQ(total.at("on_time"), total.at("offered")) << "what was queued was finished";
    fs::remove(folder_ / "run.ndjson");
  }
}

TEST_F(CliRun, AfterTheGraceTimeTheRestIsDropped) {
  // 200 frames of 50 ms each per second: they cannot all be finished.
  Process process({"run", endless("50ms"), "--json", "--grace", "0"});
  wait_for_journal("\"started\"");
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait(), 0) << process.err();
  const auto total = json::parse(process.out()).at("total").as_object();
  EXPECT_GE(total.at("offered").to_number<std::uint64_t>(), 1u);
  EXPECT_THAT(read("run.ndjson"), HasSubstr("shutdown"));
}

TEST_F(CliRun, ASecondSignalStopsAtOnce) {
  // A batch that never ends, and an hour of grace.
  const auto file = write("run.yaml",
                          "models: [{ name: net, warmup: 0, synthetic: { service: 1ms, hang_rate: "
                          "100% } }]\n"
                          "tasks: [{ name: t, model: net, latency_budget: 600s, source: { rate: "
                          "200/s } }]\n"
                          "scheduler: { slots: 1, shedding: none }\n"
                          "engine: { hang_timeout: 1h, grace: 1h, stop_timeout: 100ms }\n"
                          "monitor: { interval: none }\n"
                          "journal: { path: run.ndjson }\n");
  Process process({"run", file, "--json"});
  wait_for_journal("\"started\"");
  process.signal(SIGINT);
  ASSERT_TRUE(process.wait_for("stopping")) << process.err();
  process.signal(SIGINT);
  EXPECT_EQ(process.wait(), 1) << process.err();
  const auto total = json::parse(process.out()).at("total").as_object();
  EXPECT_EQ(total.at("on_time"), 0) << "the report is written all the same";
  EXPECT_GE(total.at("dropped").at("shutdown").to_number<std::uint64_t>(), 1u);
}

TEST_F(CliRun, ExitCodes) {
  EXPECT_EQ(Process({"version"}).wait(), 0);
  EXPECT_EQ(Process({"no-such-command"}).wait(), 2);
  EXPECT_EQ(Process({"check", path("missing.yaml")}).wait(), 2);
  EXPECT_EQ(Process({}).wait(), 2);
}

TEST_F(CliRun, ClosedStandardOutputIsAFailure) {
  const std::string command = std::string(SLUICE_BINARY) + " schema > /dev/full 2>" + path("err");
  const int status = std::system(command.c_str());
  EXPECT_EQ(WEXITSTATUS(status), 1);
  EXPECT_THAT(read("err"), HasSubstr("standard output could not be written"));
}

}  // namespace
