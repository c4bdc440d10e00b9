// From events to journal lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "telemetry/journal.hpp"

namespace sluice::telemetry {

/// Formats the lines of one run's journal. Not thread-safe: the writer thread's own.
class JournalFormat {
 public:
  explicit JournalFormat(const RunHeader& header);

  /// The first line of the run's file number `part` (1, 2, ...).
  [[nodiscard]] std::string header_line(std::uint32_t part) const;

  /// Each appends one line with its newline.
  void append(std::string& out, const schedule::Event& event) const;
  void append(std::string& out, const ResourceSample& sample) const;
  void append_note(std::string& out, base::Time time, std::string_view text) const;
  /// `lines` were lost since the last such line, `total` in this run.
  void append_lost(std::string& out, base::Time time, std::uint64_t lines, std::uint64_t total,
                   std::string_view why) const;

 private:
  class Line;

  RunHeader header_;
  std::string scheduler_json_;
  std::vector<std::string> tasks_;  ///< names as JSON strings
  std::vector<std::string> models_;
};

}  // namespace sluice::telemetry
