#include <algorithm>
#include <cmath>
#include <numeric>

#include "load/result.hpp"

namespace sluice::load {

Latency latency_of(std::vector<base::Duration>& values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const auto count = static_cast<double>(values.size());
  const auto at = [&](double share) {
    return values[static_cast<std::size_t>(std::max(std::ceil(share * count) - 1, 0.0))];
  };
  const double sum =
      std::accumulate(values.begin(), values.end(), 0.0,
                      [](double total, base::Duration d) { return total + base::to_seconds(d); });
  return {base::from_seconds(sum / count), at(0.5), at(0.9), at(0.99), at(0.999), values.back()};
}

std::uint64_t StreamResult::refused_total() const {
  std::uint64_t total = 0;
  for (const auto& [reason, count] : refused) total += count;
  return total;
}

Tally::Tally(const Stream& stream, base::Time begin, base::Time end) : begin_(begin), end_(end) {
  result_.name = stream.name;
  result_.url = stream.url;
  result_.deadline = stream.deadline;
}

void Tally::sent(base::Time intended, base::Time actual) {
  if (!counts(intended)) return;
  ++result_.offered;
  delays_.push_back(std::max(actual - intended, base::Duration(0)));
}

void Tally::unsent(base::Time intended) {
  if (counts(intended)) ++result_.offered;
}

void Tally::ended(base::Time intended, base::Time now, const Answer& answer) {
  if (!counts(intended)) return;
  const auto second = static_cast<std::size_t>((intended - begin_) / std::chrono::seconds(1));
  if (result_.seconds_of.size() <= second) result_.seconds_of.resize(second + 1);
  auto& bin = result_.seconds_of[second];
  if (!answer.ok) {
    ++result_.refused[answer.reason];
    ++bin.refused;
    return;
  }
  const auto latency = now - intended;
  latencies_.push_back(latency);
  result_.histogram.add(latency);
  const bool on_time = latency <= result_.deadline;
  ++(on_time ? result_.on_time : result_.late);
  ++(on_time ? bin.on_time : bin.late);
}

StreamResult Tally::finish(base::Time until) {
  result_.seconds = std::max(base::to_seconds(std::min(until, end_) - begin_), 0.0);
  result_.unanswered = result_.offered - result_.on_time - result_.late - result_.refused_total();
  result_.latency = latency_of(latencies_);
  result_.send_delay = latency_of(delays_);
  return std::move(result_);
}

}  // namespace sluice::load
