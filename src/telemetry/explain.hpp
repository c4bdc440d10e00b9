// One request's story in plain sentences, and what would have had to differ for it to be on time.
#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "telemetry/journal_reader.hpp"
#include "telemetry/what_if.hpp"

namespace sluice::telemetry {

struct Explanation {
  schedule::RequestId request = 0;
  std::string task;
  /// "on_time", "late", "failed", a drop reason, or "in_flight".
  std::string end;
  /// Sentences in order of time.
  std::vector<std::string> story;
  /// What was tried; empty for a request that was on time.
  std::vector<WhatIf> what_if;
  /// Why nothing was tried, where that needs saying.
  std::string remark;
};

/// The request that a selector means: an id ("17"); the n-th request of a task ("detector#3",
/// from 1); "first-drop", "first-late" or "first-failed", also of one task
/// ("detector:first-drop"). Errors tell what there is to choose from.
[[nodiscard]] base::Result<schedule::RequestId> find_request(const JournalContent& journal,
                                                             const std::string& selector);

/// Tells the story of the request that `selector` means. Errors: as find_request.
[[nodiscard]] base::Result<Explanation> explain(const JournalContent& journal,
                                                const std::string& selector);

[[nodiscard]] boost::json::object to_json(const Explanation& explanation);
[[nodiscard]] std::string to_text(const Explanation& explanation, bool terminal);

}  // namespace sluice::telemetry
