// Runs, events and folders for the tests of telemetry.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "simulate/simulator.hpp"
#include "telemetry/journal_reader.hpp"
#include "unit/simulate/overload.hpp"

namespace sluice::telemetry::testing {

inline constexpr base::Duration kMs{1'000'000};

/// Milliseconds on the run's clock.
[[nodiscard]] inline base::Time at(double ms) {
  return base::Time(base::from_ms(ms));
}

/// An empty folder that goes away with the object.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }

 private:
  std::filesystem::path folder_;
};

[[nodiscard]] std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& content);
[[nodiscard]] std::vector<std::string> lines_of(const std::string& text);

using simulate::testing::overload;
/// Those of overload().
[[nodiscard]] schedule::SchedulerOptions two_tasks();
[[nodiscard]] RunHeader header_of(const schedule::SchedulerOptions& options);

/// The events of a run in memory, as if read from a journal.
[[nodiscard]] JournalContent record(const simulate::Workload& workload,
                                    const schedule::SchedulerOptions& options);

/// The n-th event of an arbitrary valid sort, all fields set that its kind has.
[[nodiscard]] schedule::Event event(schedule::EventKind kind, std::uint64_t seq, double ms,
                                    schedule::RequestId request = 0,
                                    schedule::TaskId task = schedule::kNone);

/// The line with which a journal of the run begins.
[[nodiscard]] std::string header_line(const RunHeader& header);

}  // namespace sluice::telemetry::testing

namespace sluice::schedule {

/// Field by field, for tests of the journal.
[[nodiscard]] bool operator==(const Event& a, const Event& b);
void PrintTo(const Event& event, std::ostream* out);

}  // namespace sluice::schedule
