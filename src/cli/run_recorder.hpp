// Everything that is remembered of a run: the journal and the report.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "telemetry/journal.hpp"
#include "telemetry/report.hpp"

namespace sluice::cli {

/// Passes what happens on to the journal and to the report's builder. Thread-safe.
class RunRecorder final : public schedule::EventSink {
 public:
  RunRecorder(std::unique_ptr<telemetry::Journal> journal, telemetry::RunHeader header)
      : journal_(std::move(journal)), builder_(std::move(header)) {}

  void on_event(const schedule::Event& event) override;
  void on_resource(const telemetry::ResourceSample& sample);
  void on_note(base::Time time, const std::string& text);

  /// A note that is also a warning of the program's log; of the same `kind` (say, failures of one
  /// model), only the first few.
  void on_trouble(base::Time time, const std::string& kind, const std::string& text);

  /// Closes the journal. Error: what it could not write.
  base::Status close();
  [[nodiscard]] telemetry::Report report();

 private:
  std::unique_ptr<telemetry::Journal> journal_;
  std::mutex mutex_;
  telemetry::ReportBuilder builder_;
  std::map<std::string, int> warnings_;  ///< by kind
};

}  // namespace sluice::cli
