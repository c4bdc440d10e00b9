#include "telemetry/protection.hpp"

#include <algorithm>

namespace sluice::telemetry {

using schedule::Event;
using schedule::EventKind;
using schedule::kNone;

Protection& Protections::entry(Key key) {
  Protection& found = entries_[key];
  found.protected_task = key.first;
  found.paid_by = key.second;
  return found;
}

void Protections::close(Waiting& waiting, base::Time now) {
  if (waiting.open) {
    const base::Time end = std::min(now, waiting.until);
    entry(waiting.key).waited += std::max(end - waiting.since, base::Duration(0));
    waiting.open = false;
  }
}

void Protections::open_wait(const Event& event) {
  Waiting& waiting = waiting_[event.slot];
  const Key key{event.other_task, event.task};
  // A slot asked again while it waits for the same task goes on with the same wait.
  const bool goes_on = waiting.open && waiting.key == key && event.time <= waiting.until;
  close(waiting, event.time);
  if (!goes_on) {
    ++entry(key).waits;
  }
  waiting = {true, key, event.time, event.until};
}

void Protections::on_event(const Event& event) {
  switch (event.kind) {
    case EventKind::dropped:
      if (event.other_task != kNone) {
        ++entry({event.other_task, event.task}).dropped;
      }
      break;
    case EventKind::deferred:
      if (event.other_task != kNone) {
        ++entry({event.other_task, event.task}).deferred;
      }
      break;
    case EventKind::waited:
      if (event.other_task != kNone && event.slot < waiting_.size()) {
        open_wait(event);
      }
      break;
    case EventKind::batch_started:
      if (event.slot < waiting_.size()) {
        close(waiting_[event.slot], event.time);
      }
      break;
    default:
      break;
  }
}

std::vector<Protection> Protections::all() const {
  std::vector<Protection> result;
  for (const auto& [key, value] : entries_) {
    result.push_back(value);
  }
  return result;
}

}  // namespace sluice::telemetry
