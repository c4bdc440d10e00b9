#include "runtime/instance_pool.hpp"

#include <algorithm>

namespace sluice::runtime {
namespace {

constexpr std::uint32_t kMostBackOff = 32;

}  // namespace

InstancePool::InstancePool(std::size_t instances, std::uint32_t quarantine_after,
                           base::Duration probe_after)
    : instances_(instances), quarantine_after_(quarantine_after), probe_after_(probe_after) {}

std::optional<std::size_t> InstancePool::lease() {
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    if (instances_[i].state == State::free) {
      instances_[i].state = State::leased;
      return i;
    }
  }
  return std::nullopt;
}

void InstancePool::succeeded(std::size_t index) {
  Item& item = instances_[index];
  item.state = State::free;
  item.failures = 0;
  item.back_off = 1;
}

bool InstancePool::failed(std::size_t index, base::Time now) {
  Item& item = instances_[index];
  item.state = State::free;
  if (++item.failures < quarantine_after_) {
    return false;
  }
  quarantine(item, now);
  return true;
}

void InstancePool::released(std::size_t index) {
  instances_[index].state = State::free;
}

void InstancePool::lost(std::size_t index, base::Time now) {
  Item& item = instances_[index];
  item.hangs = true;
  quarantine(item, now);
}

void InstancePool::returned(std::size_t index, base::Time now) {
  Item& item = instances_[index];
  item.hangs = false;
  if (item.state == State::quarantined) {
    quarantine(item, now);
  }
}

void InstancePool::orphan_returned(std::size_t index) {
  instances_[index].orphan = false;
}

std::optional<InstancePool::Probe> InstancePool::take_probe(base::Time now) {
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    Item& item = instances_[i];
    if (item.can_be_probed() && item.probe_at <= now) {
      item.state = State::probing;
      return Probe{i, item.hangs};
    }
  }
  return std::nullopt;
}

void InstancePool::probed(std::size_t index, bool ok, base::Time now) {
  Item& item = instances_[index];
  item.back_off = std::min(item.back_off * 2, kMostBackOff);
  if (!ok) {
    quarantine(item, now);
    return;
  }
  // On probation: until a real batch succeeds, the next failure quarantines again.
  item.state = State::free;
  item.failures = quarantine_after_ - 1;
  item.orphan = item.orphan || item.hangs;
  item.hangs = false;
}

base::Time InstancePool::next_probe() const {
  base::Time first = base::kNever;
  for (const Item& item : instances_) {
    if (item.can_be_probed()) {
      first = std::min(first, item.probe_at);
    }
  }
  return first;
}

std::size_t InstancePool::in_service() const {
  return static_cast<std::size_t>(std::ranges::count_if(instances_, &Item::serves));
}

std::optional<std::size_t> InstancePool::any_in_service() const {
  const auto found = std::ranges::find_if(instances_, &Item::serves);
  if (found == instances_.end()) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(found - instances_.begin());
}

void InstancePool::quarantine(Item& item, base::Time now) {
  item.state = State::quarantined;
  item.probe_at = base::add(now, probe_after_ * item.back_off);
}

}  // namespace sluice::runtime
