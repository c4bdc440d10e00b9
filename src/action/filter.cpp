#include "action/filter.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "base/units.hpp"

namespace sluice::action {
namespace {

constexpr int kMostPerSpan = 100'000;
const std::vector<std::string>& event_words() {
  static const std::vector<std::string> words = {"OK",   "KO",     "NO_DECISION",
                                                 "item", "raised", "cleared"};
  return words;
}

}  // namespace

base::Result<RateLimit> RateLimit::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto unit = slash == std::string_view::npos ? "" : text.substr(slash + 1);
  const auto count = base::parse_integer(text.substr(0, slash));
  base::Duration per{};
  if (unit == "s") per = std::chrono::seconds(1);
  if (unit == "min") per = std::chrono::minutes(1);
  if (unit == "h") per = std::chrono::hours(1);
  if (!count || *count < 1 || *count > kMostPerSpan || per == base::Duration::zero()) {
    return base::fail(base::ErrorCode::invalid,
                      "'{}': a rate limit is a whole number from 1 to {} and /s, /min or /h, as in "
                      "10/min",
                      text, kMostPerSpan);
  }
  return RateLimit{.count = static_cast<int>(*count), .per = per};
}

base::Status check(const FilterOptions& options) {
  const auto& words = event_words();
  for (const auto& word : options.on) {
    if (std::find(words.begin(), words.end(), word) == words.end()) {
      return base::fail(base::ErrorCode::invalid, "on: unknown event '{}'{}", word,
                        base::suggestion(word, "events", words));
    }
  }
  if (options.rate_limit &&
      (options.rate_limit->count < 1 || options.rate_limit->count > kMostPerSpan ||
       options.rate_limit->per <= base::Duration::zero())) {
    return base::fail(base::ErrorCode::invalid, "rate_limit must be 1 to {} in a positive time",
                      kMostPerSpan);
  }
  if (options.cool_down < base::Duration::zero()) {
    return base::fail(base::ErrorCode::invalid, "cool_down must not be negative");
  }
  return {};
}

Filter::Filter(FilterOptions options) : options_(std::move(options)) {}

std::string_view Filter::pass(const Event& event, base::Time now) {
  const auto& on = options_.on;
  if (!on.empty() && std::none_of(on.begin(), on.end(), [&event](const std::string& word) {
        return word == event.decision || word == event.kind;
      })) {
    return "not asked for";
  }
  if (last_ && now - *last_ < options_.cool_down) return "cool-down";
  if (const auto& limit = options_.rate_limit) {
    while (!recent_.empty() && now - recent_.front() >= limit->per) recent_.pop_front();
    if (recent_.size() >= static_cast<std::size_t>(limit->count)) return "rate limit";
    recent_.push_back(now);
  }
  last_ = now;
  return {};
}

}  // namespace sluice::action
