// The report of a run: what happened, when, to whom and why, from its events.
#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "schedule/summary.hpp"
#include "telemetry/histogram.hpp"
#include "telemetry/journal_reader.hpp"
#include "telemetry/protection.hpp"
#include "telemetry/timeline.hpp"

namespace sluice::telemetry {

inline constexpr const char* kReportSchema = "sluice-report-v1";

/// One task, or all together (empty name).
struct TaskReport {
  schedule::TaskSummary counts;
  std::string model;
  base::Duration latency_budget{base::kForever};
  /// Time of the batch a request ran in.
  schedule::Percentiles service;
  LogHistogram latency;

  /// Offered but without an end when the events stopped.
  [[nodiscard]] std::uint64_t in_flight() const;
  /// Share (0..1) of what was offered; 0 when nothing was.
  [[nodiscard]] double on_time_share() const;
};

/// Means of the resource samples in one time bin.
struct ResourceBin {
  std::uint64_t samples = 0;
  ResourceSample sum;

  void merge(const ResourceBin& other);
  [[nodiscard]] ResourceSample mean() const;
};

/// A dropped or failed request, told in a sentence.
struct Example {
  schedule::Event event;
  std::string text;
};

struct Report {
  RunHeader run;
  base::Duration length{0};       ///< start of the run to its last event
  std::vector<TaskReport> tasks;  ///< as in the options
  TaskReport total;
  double on_time_per_second = 0;
  double goodput = 0;       ///< sum of weights of on-time requests per second
  double wasted_share = 0;  ///< of busy slot time, spent on late or failed requests
  std::vector<base::Duration> slot_busy;
  std::uint64_t batches = 0;
  base::Duration bin_width{0};
  std::vector<TimelineBin> timeline;
  std::vector<Protection> protections;
  std::vector<Example> examples;
  base::Duration resource_bin_width{0};
  std::vector<ResourceBin> resources;
  std::vector<Note> notes;  ///< the first kMostNotes
  std::uint64_t notes_total = 0;
  std::uint64_t lost_lines = 0;  ///< journal lines that are missing
  bool incomplete = false;       ///< the journal's beginning was rotated away or its end is cut

  /// Share (0..1) of slot time used over the run's length.
  [[nodiscard]] double utilisation() const;
  /// Tasks by falling priority, then as configured.
  [[nodiscard]] std::vector<const TaskReport*> by_priority() const;
};

/// Builds a report from a live scheduler's events or from a journal. Bounded memory, however
/// long the run. Not thread-safe: events come from one thread at a time.
class ReportBuilder final : public schedule::EventSink, public JournalVisitor {
 public:
  static constexpr std::size_t kMostNotes = 100;
  static constexpr std::size_t kExamplesPerReason = 2;  ///< for each task and reason
  static constexpr std::size_t kMostExamples = 24;

  explicit ReportBuilder(RunHeader header);

  void on_event(const schedule::Event& event) override;
  void on_resource(const ResourceSample& sample) override;
  void on_note(const Note& note) override;
  void on_loss(const Loss& loss) override;
  /// Lines that a live journal has lost.
  void set_lost(std::uint64_t lines) { lost_lines_ = lines; }
  void set_incomplete() { incomplete_ = true; }

  [[nodiscard]] Report report() const;

 private:
  struct Task {
    schedule::Quantiles service;
    LogHistogram latency;
  };
  struct Slot {
    schedule::BatchId batch = 0;
    base::Time start{};
  };

  void on_finished(const schedule::Event& event);
  void keep_example(const schedule::Event& event);

  RunHeader header_;
  schedule::Summary summary_;
  Timeline timeline_;
  Protections protections_;
  std::vector<Task> tasks_;
  Task total_;
  std::vector<Slot> slots_;
  TimeBins<ResourceBin> resources_;
  std::vector<Example> examples_;
  std::vector<Note> notes_;
  std::uint64_t notes_total_ = 0;
  std::uint64_t lost_lines_ = 0;
  bool incomplete_ = false;
  base::Time last_;
};

/// The report of a journal. Errors: as read_journal.
[[nodiscard]] base::Result<Report> report_journal(const std::string& path);

/// `sluice-report-v1`. Times in milliseconds, named so.
[[nodiscard]] boost::json::object to_json(const Report& report);

/// Tables for a terminal. `terminal` false: plain ASCII, no colour.
[[nodiscard]] std::string to_text(const Report& report, bool terminal);

/// One self-contained HTML page with charts: no scripts, no external requests.
[[nodiscard]] std::string to_html(const Report& report);

}  // namespace sluice::telemetry
