#include "serve/observer_calls.hpp"

#include <optional>

#include <spdlog/spdlog.h>

namespace sluice::serve {

void Calls::add(std::string_view protocol, std::string_view call, Status status,
                base::Duration latency, base::Time now) {
  std::optional<Summary> line;
  {
    const std::scoped_lock lock(mutex_);
    auto entry = totals_.find(std::pair(protocol, call));
    if (entry == totals_.end()) {
      entry = totals_.try_emplace(Key(protocol, call)).first;
    }
    ++entry->second.by_status[static_cast<std::size_t>(status)];
    entry->second.duration.add(latency);
    if (log_every_ > 0 && status == Status::ok && call == "infer") {
      if (summary_.latency.count() == 0 && summary_.since == base::kNever) {
        summary_.since = now - latency;
      }
      summary_.sum += latency;
      summary_.latency.add(latency);
      if (summary_.latency.count() == log_every_) {
        line = summary_;
        summary_ = Summary{now, base::Duration(0), {}};
      }
    }
  }
  if (line) log(*line, now);
}

void Calls::log(const Summary& summary, base::Time now) {
  const auto count = summary.latency.count();
  const double seconds = base::to_seconds(now - summary.since);
  spdlog::info("{} inferences: mean {:.2f} ms, p95 {:.2f} ms, {:.1f}/s", count,
               base::to_ms(summary.sum) / static_cast<double>(count),
               base::to_ms(*summary.latency.percentile(95)),
               seconds > 0 ? static_cast<double>(count) / seconds : 0.0);
}

Calls::ByCall Calls::totals() const {
  const std::scoped_lock lock(mutex_);
  return totals_;
}

}  // namespace sluice::serve
