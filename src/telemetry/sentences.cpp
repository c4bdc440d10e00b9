#include "telemetry/sentences.hpp"

#include <cmath>

namespace sluice::telemetry {

using base::Duration;
using schedule::DropReason;
using schedule::Event;
using schedule::EventKind;
using schedule::Outcome;

namespace {

const std::string kUnknown = "unknown";

/// "predicted 45 ms of work after 12 ms of backlog", as far as known.
std::string prediction(const Event& event) {
  const schedule::Numbers& numbers = event.numbers;
  std::string text;
  if (numbers.service > Duration(0)) {
    text = fmt::format("predicted service {}", duration_text(numbers.service));
  }
  if (numbers.backlog > Duration(0)) {
    text += fmt::format("{}{} of work in front of it", text.empty() ? "" : ", ",
                        duration_text(numbers.backlog));
  }
  if (numbers.queued > 0) {
    text += fmt::format("{}{} queued, {} of them its own task's", text.empty() ? "" : ", ",
                        numbers.queued, numbers.task_queued);
  }
  return text.empty() ? "" : fmt::format(" ({})", text);
}

std::string infeasible_text(const Event& event) {
  const base::Time finish = event.numbers.predicted_finish;
  if (finish == base::Time{} || finish == base::kNever) {
    return "by prediction it could not finish before its deadline, even if started next";
  }
  return fmt::format("by prediction it would have finished {} after its deadline",
                     duration_text(finish - event.deadline));
}

std::string shed_text(const Event& event, const RunHeader& run) {
  if (event.other_task == schedule::kNone) {
    return "shed: there was more work than could be on time, and this was worth the least";
  }
  const std::string request =
      event.other_request != 0 ? fmt::format(" (request {})", event.other_request) : "";
  return fmt::format("shed so that {}{} stays on time", task_name(run, event.other_task), request);
}

std::string reason_text(const Event& event, const RunHeader& run) {
  const auto capacity =
      event.task < run.scheduler.tasks.size() ? run.scheduler.tasks[event.task].queue_capacity : 0;
  switch (event.reason) {
    case DropReason::queue_full_oldest:
      return fmt::format("its queue of {} was full, and the oldest makes room for the newest",
                         capacity);
    case DropReason::queue_full_newest:
      return fmt::format("its queue of {} was full", capacity);
    case DropReason::queue_full_lowest_value:
      return fmt::format("its queue of {} was full, and this was worth the least", capacity);
    case DropReason::expired:
      return fmt::format("its deadline passed while it waited");
    case DropReason::infeasible:
      return infeasible_text(event);
    case DropReason::shed:
      return shed_text(event, run);
    case DropReason::cancelled:
      return "its caller withdrew it";
    case DropReason::backend_failed:
      return "the batch it was in failed";
    case DropReason::quarantined:
      return fmt::format("every instance of model {} was out of service",
                         model_name(run, event.model));
    case DropReason::shutdown:
      return "the run ended before its turn came";
  }
  return "";
}

std::string scaled(double value, const char* unit) {
  const double size = std::abs(value);
  return fmt::format("{:.{}f} {}", value, size >= 100 ? 0 : size >= 10 ? 1 : 2, unit);
}

}  // namespace

std::string duration_text(Duration duration) {
  if (duration == base::kForever) {
    return "never";
  }
  if (duration == Duration(0)) {
    return "0 ms";
  }
  const double seconds = base::to_seconds(duration);
  if (std::abs(seconds) < 0.9995) {
    return scaled(seconds * 1e3, "ms");
  }
  if (std::abs(seconds) < 120) {
    return scaled(seconds, "s");
  }
  const auto whole = static_cast<std::int64_t>(seconds);
  if (std::abs(seconds) < 7200) {
    return fmt::format("{} min {} s", whole / 60, std::abs(whole % 60));
  }
  return fmt::format("{} h {} min", whole / 3600, std::abs(whole / 60 % 60));
}

std::string ms_text(base::Duration duration) {
  return fmt::format("{:.1f}", base::to_ms(duration));
}

std::string count_text(std::uint64_t count) {
  const std::string digits = std::to_string(count);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) {
      text.push_back(',');
    }
    text.push_back(digits[i]);
  }
  return text;
}

std::string percent_text(double share) {
  const double percent = share * 100;
  if (percent <= 0) {
    return "0 %";
  }
  if (percent >= 100) {
    return "100 %";
  }
  if (percent < 0.1) {
    return "< 0.1 %";
  }
  if (percent > 99.9) {
    // Cut, not rounded: 99.996 is not 100.
    return fmt::format("{:.2f} %", std::floor(percent * 100) / 100);
  }
  return fmt::format("{:.1f} %", percent);
}

std::string bytes_text(double bytes) {
  constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < std::size(kUnits)) {
    bytes /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{:.0f} B", bytes) : scaled(bytes, kUnits[unit]);
}

std::string moment_text(base::Time time, const RunHeader& run) {
  return fmt::format("{:.3f} s", base::to_seconds(time - run.started));
}

const std::string& task_name(const RunHeader& run, schedule::TaskId task) {
  return task < run.scheduler.tasks.size() ? run.scheduler.tasks[task].name : kUnknown;
}

const std::string& model_name(const RunHeader& run, schedule::ModelId model) {
  return model < run.scheduler.models.size() ? run.scheduler.models[model].name : kUnknown;
}

std::string end_sentence(const Event& event, const RunHeader& run) {
  const Duration age = event.time - event.arrival;
  const Duration margin =
      event.deadline == base::kNever ? base::kForever : event.deadline - event.time;
  if (event.kind == EventKind::dropped) {
    const std::string when = age > Duration(0)
                                 ? fmt::format("dropped {} after it arrived", duration_text(age))
                                 : std::string("refused when it arrived");
    return fmt::format("{}: {}{}.", when, reason_text(event, run), prediction(event));
  }
  if (event.outcome == Outcome::failed) {
    return fmt::format("failed {} after it arrived: the batch it was in failed.",
                       duration_text(age));
  }
  if (margin == base::kForever) {
    return fmt::format("done {} after it arrived; it had no deadline.", duration_text(age));
  }
  const bool late = event.outcome == Outcome::late;
  return fmt::format("done {} after it arrived, {} {} its deadline: {}.", duration_text(age),
                     duration_text(late ? -margin : margin), late ? "after" : "before",
                     late ? "late" : "on time");
}

}  // namespace sluice::telemetry
