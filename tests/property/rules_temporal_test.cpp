// Events of a stream against a model that keeps all frames and counts anew each time.
#include <algorithm>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "rules/temporal.hpp"

namespace sluice::rules {
namespace {

class NaiveTemporal {
 public:
  explicit NaiveTemporal(const TemporalOptions& options) : options_(options) {}

  bool update(Decision decision, base::Time now) {
    if (decision != Decision::no_decision || options_.no_decision != NoDecision::ignore) {
      frames_.emplace_back(decision, now);
    }
    const int ko = count(now);
    const int clear = options_.clear_frames ? *options_.clear_frames : options_.frames - 1;
    if (active_) {
      active_ = ko > clear;
    } else if (ko >= options_.frames &&
               (raises_.empty() || now - raises_.back() >= options_.cool_down)) {
      active_ = true;
      raises_.push_back(now);
    }
    return active_;
  }

 private:
  [[nodiscard]] int count(base::Time now) const {
    int ko = 0;
    for (std::size_t i = 0; i < frames_.size(); ++i) {
      const auto& [decision, time] = frames_[i];
      const bool among_last = frames_.size() - i <= static_cast<std::size_t>(options_.window);
      const bool young = options_.max_age == base::kForever || now - time <= options_.max_age;
      const bool counts = decision == Decision::ko || (decision == Decision::no_decision &&
                                                       options_.no_decision == NoDecision::as_ko);
      if (among_last && young && counts) ++ko;
    }
    return ko;
  }

  TemporalOptions options_;
  std::vector<std::pair<Decision, base::Time>> frames_;
  std::vector<base::Time> raises_;
  bool active_ = false;
};

RC_GTEST_PROP(TemporalRule, EqualsTheNaiveModel, ()) {
  TemporalOptions options;
  options.window = *rc::gen::inRange(1, 8);
  options.frames = *rc::gen::inRange(1, options.window + 1);
  if (*rc::gen::arbitrary<bool>()) options.clear_frames = *rc::gen::inRange(0, options.frames);
  options.cool_down = base::Duration(*rc::gen::inRange(0, 20));
  if (*rc::gen::arbitrary<bool>()) options.max_age = base::Duration(*rc::gen::inRange(1, 12));
  options.no_decision = *rc::gen::element(NoDecision::as_ko, NoDecision::ignore, NoDecision::keep);
  RC_ASSERT(check(options).has_value());

  TemporalRule rule(options);
  NaiveTemporal naive(options);
  base::Time now{};
  bool before = false;
  int events = 0;
  const auto frames = *rc::gen::inRange(1, 80);
  for (int i = 0; i < frames; ++i) {
    // Mostly KO or mostly OK for a while, as in a real stream.
    now += base::Duration(*rc::gen::inRange(0, 4));
    const auto decision = *rc::gen::element(Decision::ok, Decision::ko, Decision::no_decision,
                                            i / 10 % 2 == 0 ? Decision::ok : Decision::ko);
    const auto result = rule.update({decision, "r", "x", {}}, now);
    const bool active = naive.update(decision, now);
    RC_ASSERT(rule.active() == active);
    RC_ASSERT((result.change == TemporalRule::Change::raised) == (active && !before));
    RC_ASSERT((result.change == TemporalRule::Change::cleared) == (!active && before));
    events += active && !before ? 1 : 0;
    before = active;
  }
  RC_TAG(events > 0 ? "has events" : "has none");
}

}  // namespace
}  // namespace sluice::rules
