#include "serve/observer_totals.hpp"

#include <numeric>

namespace sluice::serve {

std::uint64_t TaskSecond::dropped_total() const {
  return std::accumulate(dropped.begin(), dropped.end(), std::uint64_t{0});
}

void TaskSecond::merge(const TaskSecond& other) {
  offered += other.offered;
  on_time += other.on_time;
  late += other.late;
  failed += other.failed;
  for (std::size_t i = 0; i < dropped.size(); ++i) dropped[i] += other.dropped[i];
  latency.merge(other.latency);
  queue.merge(other.queue);
}

TaskSecond& TaskRecent::at(base::Time time) {
  const std::int64_t second = second_of(time);
  TaskSecond& entry = seconds_[static_cast<std::size_t>(second) % kSlots];
  if (entry.second != second) {
    entry = TaskSecond{};
    entry.second = second;
  }
  return entry;
}

const TaskSecond* TaskRecent::find(std::int64_t second) const {
  const TaskSecond& entry = seconds_[static_cast<std::size_t>(second) % kSlots];
  return entry.second == second ? &entry : nullptr;
}

ModelName split_model(std::string_view name) {
  const auto colon = name.rfind(':');
  if (colon == std::string_view::npos) return {name, {}};
  return {name.substr(0, colon), name.substr(colon + 1)};
}

}  // namespace sluice::serve
