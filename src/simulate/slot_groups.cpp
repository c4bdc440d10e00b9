#include "simulate/slot_groups.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <utility>

namespace sluice::simulate {
namespace {

constexpr std::size_t kMaxSets = 64;

std::vector<std::uint64_t> confinements(std::span<const BoundJob> jobs, std::uint64_t all) {
  std::vector<std::uint64_t> sets{all};
  const auto add = [&](std::uint64_t set) {
    if (sets.size() < kMaxSets && std::find(sets.begin(), sets.end(), set) == sets.end()) {
      sets.push_back(set);
    }
  };
  for (const BoundJob& job : jobs) {
    add(job.slots);
  }
  for (std::size_t i = 0; i < sets.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      add(sets[i] | sets[k]);
    }
  }
  return sets;
}

}  // namespace

std::vector<SlotGroup> slot_groups(std::span<const BoundJob> jobs, std::uint32_t slots) {
  const std::uint64_t all = slots >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << slots) - 1;
  std::vector<SlotGroup> groups;
  for (const std::uint64_t set : confinements(jobs, all)) {
    SlotGroup group;
    group.capacity = std::popcount(set);
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if ((jobs[i].slots & ~set) == 0) {
        group.jobs.push_back(i);
      }
    }
    groups.push_back(std::move(group));
  }
  std::map<schedule::ModelId, SlotGroup> models;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (jobs[i].limited_model != schedule::kNone) {
      SlotGroup& group = models[jobs[i].limited_model];
      group.capacity = jobs[i].instances;
      group.jobs.push_back(i);
    }
  }
  for (auto& [model, group] : models) {
    groups.push_back(std::move(group));
  }
  std::erase_if(groups, [](const SlotGroup& group) { return group.jobs.empty(); });
  return groups;
}

}  // namespace sluice::simulate
