// Numbers and events as people read them.
#pragma once

#include <string>

#include "telemetry/journal.hpp"

namespace sluice::telemetry {

/// "0.42 ms", "17.3 ms", "250 ms", "2.50 s", "3 min 20 s"; "never" for kForever.
[[nodiscard]] std::string duration_text(base::Duration duration);
/// Milliseconds with one decimal, for tables.
[[nodiscard]] std::string ms_text(base::Duration duration);
/// "12,345".
[[nodiscard]] std::string count_text(std::uint64_t count);
/// A share of 0..1 as "99.9 %"; never rounds what is not all up to "100 %", nor something to "0 %".
[[nodiscard]] std::string percent_text(double share);
/// "1.5 GiB".
[[nodiscard]] std::string bytes_text(double bytes);
/// "1.234 s": a moment of the run, since its start.
[[nodiscard]] std::string moment_text(base::Time time, const RunHeader& run);

/// The name of a task or model of the run; "unknown" when there is no such index.
[[nodiscard]] const std::string& task_name(const RunHeader& run, schedule::TaskId task);
[[nodiscard]] const std::string& model_name(const RunHeader& run, schedule::ModelId model);

/// How a request ended and why, with the numbers of that decision. `event` is a `dropped` or
/// `finished` event.
[[nodiscard]] std::string end_sentence(const schedule::Event& event, const RunHeader& run);

}  // namespace sluice::telemetry
