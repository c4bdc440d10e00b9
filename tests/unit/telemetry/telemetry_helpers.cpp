#include "unit/telemetry/telemetry_helpers.hpp"

#include <fstream>
#include <iterator>
#include <sstream>
#include <tuple>

#include <gtest/gtest.h>
#include <unistd.h>

#include "telemetry/journal_format.hpp"

namespace sluice::telemetry::testing {

namespace fs = std::filesystem;

TempFolder::TempFolder() {
  std::string pattern = (fs::temp_directory_path() / "sluice-test-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_file(const std::string& path, const std::string& content) {
  std::ofstream out(path, std::ios::binary);
  out << content;
  ASSERT_TRUE(out.flush()) << path;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    lines.push_back(line);
  }
  return lines;
}

schedule::SchedulerOptions two_tasks() {
  return overload().scheduler;
}

RunHeader header_of(const schedule::SchedulerOptions& options) {
  RunHeader header;
  header.name = "test run";
  header.scheduler = options;
  header.started = base::Time(std::chrono::hours(3));
  header.wall_started_ns = 1'767'261'600'000'000'000;  // 2026-01-01 10:00:00 UTC
  header.software = "sluice test";
  return header;
}

JournalContent record(const simulate::Workload& workload,
                      const schedule::SchedulerOptions& options) {
  class Recorder final : public schedule::EventSink {
   public:
    explicit Recorder(std::vector<schedule::Event>& events) : events_(events) {}
    void on_event(const schedule::Event& event) override { events_.push_back(event); }

   private:
    std::vector<schedule::Event>& events_;
  };
  JournalContent content;
  content.info.header.name = workload.name;
  content.info.header.scheduler = simulate::effective_options(workload, options);
  Recorder recorder(content.events);
  const auto result = simulate::simulate(workload, options, &recorder);
  EXPECT_TRUE(result) << result.error().message;
  return content;
}

schedule::Event event(schedule::EventKind kind, std::uint64_t seq, double ms,
                      schedule::RequestId request, schedule::TaskId task) {
  schedule::Event event;
  event.seq = seq;
  event.kind = kind;
  event.time = at(ms);
  event.request = request;
  event.task = task;
  return event;
}

std::string header_line(const RunHeader& header) {
  return JournalFormat(header).header_line(1);
}

}  // namespace sluice::telemetry::testing

namespace sluice::schedule {

namespace {

auto fields(const Event& e) {
  const Numbers& n = e.numbers;
  return std::tuple(e.seq, e.time, e.kind, e.request, e.task, e.model, e.slot, e.batch,
                    e.batch_size, e.priority, e.arrival, e.deadline, e.until, e.other_task,
                    e.other_request, e.reason, e.outcome, n.service, n.predicted_finish, n.backlog,
                    n.queued, n.task_queued, n.density);
}

}  // namespace

bool operator==(const Event& a, const Event& b) {
  return fields(a) == fields(b);
}

void PrintTo(const Event& event, std::ostream* out) {
  *out << to_string(event.kind) << " seq " << event.seq << " request " << event.request << " at "
       << event.time.time_since_epoch().count();
}

}  // namespace sluice::schedule
