#include "rules/temporal.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/units.hpp"

namespace sluice::rules {

base::Status check(const TemporalOptions& options) {
  using base::ErrorCode;
  constexpr int kLongestWindow = 100'000;
  if (options.window < 1 || options.window > kLongestWindow) {
    return base::fail(ErrorCode::invalid, "window is {}, not within 1..{} frames", options.window,
                      kLongestWindow);
  }
  if (options.frames < 1 || options.frames > options.window) {
    return base::fail(ErrorCode::invalid, "frames is {}, not within 1..{}, the window",
                      options.frames, options.window);
  }
  if (options.clear_frames &&
      (*options.clear_frames < 0 || *options.clear_frames >= options.frames)) {
    return base::fail(ErrorCode::invalid,
                      "clear_frames is {}, but must be at least 0 and below frames, which is {}",
                      *options.clear_frames, options.frames);
  }
  if (options.cool_down.count() < 0) {
    return base::fail(ErrorCode::invalid, "cool_down is {}, but must not be negative",
                      base::format_duration(options.cool_down));
  }
  if (options.max_age.count() <= 0) {
    return base::fail(ErrorCode::invalid, "max_age is {}, but must be above 0",
                      base::format_duration(options.max_age));
  }
  if (options.no_decision == NoDecision::propagate) {
    return base::fail(ErrorCode::invalid,
                      "no_decision is propagate, which an event cannot be; choose as_ko, ignore or "
                      "keep");
  }
  return {};
}

TemporalRule::TemporalRule(TemporalOptions options) : options_(std::move(options)) {
  if (options_.name.empty()) options_.name = "temporal";
}

TemporalRule::Result TemporalRule::update(const Verdict& frame, base::Time now) {
  enter(frame.decision, now);

  Result result;
  const bool cooling = raised_ && now < base::add(*raised_, options_.cool_down);
  if (!active_ && ko_ >= options_.frames && !cooling) {
    active_ = true;
    raised_ = now;
    result.change = Change::raised;
  } else if (active_ && ko_ <= options_.clear_frames.value_or(options_.frames - 1)) {
    active_ = false;
    result.change = Change::cleared;
  }

  result.verdict = {
      active_ ? Decision::ko : Decision::ok, options_.name,
      fmt::format("{} of the last {} frame{} KO, {}{}", ko_, window_.size(),
                  window_.size() == 1 ? "" : "s",
                  active_ ? fmt::format("OK again at {} or fewer",
                                        options_.clear_frames.value_or(options_.frames - 1))
                          : fmt::format("KO from {}", options_.frames),
                  !active_ && cooling ? " once the cool-down is over" : ""),
      frame.objects};
  return result;
}

void TemporalRule::enter(Decision decision, base::Time now) {
  if (decision != Decision::no_decision || options_.no_decision != NoDecision::ignore) {
    const bool ko = decision == Decision::ko || (decision == Decision::no_decision &&
                                                 options_.no_decision == NoDecision::as_ko);
    window_.push_back({now, ko});
    ko_ += ko ? 1 : 0;
  }
  while (!window_.empty() && (window_.size() > static_cast<std::size_t>(options_.window) ||
                              now > base::add(window_.front().time, options_.max_age))) {
    drop_oldest();
  }
}

void TemporalRule::drop_oldest() {
  ko_ -= window_.front().ko ? 1 : 0;
  window_.pop_front();
}

}  // namespace sluice::rules
