// Reads journals: one file, or the rotated set of a run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "telemetry/journal_parse.hpp"

namespace sluice::telemetry {

/// What a reader learns besides the lines themselves.
struct JournalInfo {
  RunHeader header;
  /// The oldest part that was there; above 1, the beginning of the run was rotated away.
  std::uint32_t first_part = 1;
  std::uint32_t parts = 1;
  /// The last line is incomplete (the writer crashed, or still runs) and was passed over.
  bool truncated = false;
};

/// Reads PATH and those of PATH.1, PATH.2, ... that belong to the same run, oldest first.
/// Errors name file and line: unreadable or empty file, another schema version, damaged lines.
[[nodiscard]] base::Result<JournalInfo> read_journal(const std::string& path,
                                                     JournalVisitor& visitor);

/// Reads one file's content; `name` stands for it in errors.
[[nodiscard]] base::Result<JournalInfo> read_journal_text(std::string_view text,
                                                          const std::string& name,
                                                          JournalVisitor& visitor);

/// A whole journal in memory.
struct JournalContent {
  JournalInfo info;
  std::vector<schedule::Event> events;
  std::vector<ResourceSample> resources;
  std::vector<Note> notes;
  std::vector<Loss> losses;
};
[[nodiscard]] base::Result<JournalContent> load_journal(const std::string& path);

}  // namespace sluice::telemetry
