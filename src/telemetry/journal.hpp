// The journal: the append-only event log of a run, newline-delimited JSON.
//
// Schema `sluice-journal-v1`, one JSON object per line. The first line of every file describes
// the run (`"ev":"header"`: name, wall and monotonic time of the start, the scheduler's options,
// software version, part number); every other line is one event, resource sample (`resource`),
// note (`note`) or loss (`lost`). Times are integer nanoseconds since the run's start (`*_ns`),
// lines also carry the wall time in UTC (`wall`), except
// those of simulated runs, which have none. Tasks and models appear by name. A reader
// ignores kinds and fields that it does not know.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "schedule/event.hpp"
#include "schedule/options.hpp"

namespace sluice::telemetry {

inline constexpr const char* kJournalSchema = "sluice-journal-v1";

struct JournalOptions {
  std::string path;  ///< empty: no journal
  /// A new file after about this size; 0: never. The old one becomes PATH.1, PATH.1 becomes
  /// PATH.2, and so on. A file that exists when the journal opens is moved in the same way.
  std::uint64_t rotate_bytes = 64ull << 20;
  std::uint32_t keep_files = 4;            ///< rotated files kept: PATH.1 ... PATH.n
  std::uint32_t buffer_events = 1u << 16;  ///< events in memory before they are lost
};

/// Describes the run in the journal's first line: everything a replay needs besides events.
struct RunHeader {
  std::string name;
  schedule::SchedulerOptions scheduler;
  /// Start of the run on the clock that stamps the events.
  base::Time started{};
  /// The same moment as wall time: nanoseconds since 1970-01-01 UTC. 0 for simulated runs.
  std::int64_t wall_started_ns = 0;
  /// Program and version that produced the events.
  std::string software;
};

/// A header for a run that starts now: reads `clock` and the machine's wall clock.
[[nodiscard]] RunHeader make_run_header(std::string name, schedule::SchedulerOptions scheduler,
                                        const base::Clock& clock, std::string software);

/// A resource reading to be journaled beside the scheduler's events.
struct ResourceSample {
  base::Time time{};
  double cpu = 0;  ///< 0..1 of all cores
  double memory_used_bytes = 0;
  double memory_total_bytes = 0;
  double process_rss_bytes = 0;
  double process_cpu = 0;    ///< cores used by this process
  double temperature_c = 0;  ///< hottest zone; 0: none
  double power_w = 0;        ///< total of the rails; 0: unknown
  double gpu = 0;            ///< 0..1
  bool throttled = false;
};

/// Writes events from a bounded buffer on its own thread.
///
/// THREADS: on_event(), on_resource(), on_note() and lost() may be called from any thread. They
/// never block and never allocate; they cost well under a microsecond. Events of one scheduler
/// keep their order.
/// LOSS: what fits neither the buffer nor the disk is counted in lost(), and the journal says so
/// in a `lost` line as soon as it can write again. Nothing else of the run is affected.
class Journal : public schedule::EventSink {
 public:
  /// Creates the file and writes its header line. With an empty path, a journal that keeps
  /// nothing. A journal of this process that still writes to that path is taken over: its file is
  /// moved like any other, and gets its last lines there. Errors: the file cannot be created or
  /// written; a file of another run is in the way and keep_files is 0, so that it could not be
  /// kept.
  static base::Result<std::unique_ptr<Journal>> open(const JournalOptions& options,
                                                     const RunHeader& header);
  virtual void on_resource(const ResourceSample& sample) = 0;
  /// A message worth keeping beside the events (a source failed, a model was quarantined).
  /// Cut after about 1000 bytes.
  virtual void on_note(base::Time time, const std::string& text) = 0;
  /// Lines lost so far: events, samples and notes.
  [[nodiscard]] virtual std::uint64_t lost() const = 0;
  /// Writes what is buffered and closes the file. Error: lines were lost, how many and why.
  /// Later lines are lost. Calling it again returns the same.
  virtual base::Status close() = 0;
};

}  // namespace sluice::telemetry
