// What a scheduler knows at a moment: queues, slots, predictions. Policies and shedders read
// it; only the scheduler changes it. Internal to schedule/.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <span>

#include "schedule/announcements.hpp"
#include "schedule/estimator.hpp"
#include "schedule/queues.hpp"

namespace sluice::schedule {

/// One bit per slot.
using SlotMask = std::uint64_t;
inline constexpr std::uint32_t kMaxSlots = 64;
constexpr SlotMask bit(SlotId slot) {
  return SlotMask{1} << slot;
}

struct Slot {
  bool busy = false;
  BatchId batch = 0;
  ModelId model = kNone;
  Time started{};
  Duration predicted{0};
  Duration hint{0};                ///< what the members' raw hints predicted; zero: no hints
  Time wait_until = base::kNever;  ///< free, but idle on purpose
  std::vector<Request*> members;
};

struct ModelState {
  SlotMask slots = 0;  ///< where it may run and is in service
  std::uint32_t running = 0;
};

struct State {
  explicit State(const SchedulerOptions& all)
      : options(all),
        queues(all.tasks.size(), all.models.size()),
        estimator(all),
        announcements(all.tasks),
        slots(all.slots),
        models(all.models.size()) {
    const SlotMask every = all.slots == kMaxSlots ? ~SlotMask{0} : bit(all.slots) - 1;
    for (std::size_t m = 0; m < all.models.size(); ++m) {
      models[m].slots = all.models[m].slots.empty() ? every : 0;
      for (const SlotId slot : all.models[m].slots) {
        models[m].slots |= bit(slot);
      }
    }
  }

  /// May a batch of `model` start on `slot` now?
  [[nodiscard]] bool can_start(ModelId model, SlotId slot) const {
    return (models[model].slots & bit(slot)) != 0 &&
           models[model].running < options.models[model].instances;
  }

  /// Predicted time of a batch of `count` requests whose hints differ from the usual by
  /// `factor` on average. Grows with thermal or power pressure.
  [[nodiscard]] Duration batch_time(ModelId model, std::uint32_t count, double factor = 1) const {
    return scaled(estimator.batch(model, count), factor);
  }
  /// How much a request differs from its model's usual one, by its hint.
  [[nodiscard]] double factor(const Request& r) const {
    const Duration usual = estimator.batch(r.model, 1);
    return r.hint.count() > 0 && usual.count() > 0
               ? static_cast<double>(r.hint.count()) / static_cast<double>(usual.count())
               : 1.0;
  }
  /// Predicted time of the request alone in a batch.
  [[nodiscard]] Duration service(const Request& r) const {
    return scaled(r.hint.count() > 0 ? r.hint : estimator.batch(r.model, 1), 1);
  }
  [[nodiscard]] Duration batch_time(std::span<Request* const> batch) const {
    if (batch.size() == 1) {
      return service(*batch[0]);
    }
    double sum = 0;
    for (const Request* r : batch) {
      sum += factor(*r);
    }
    const auto n = static_cast<double>(batch.size());
    return batch_time(batch[0]->model, static_cast<std::uint32_t>(batch.size()), sum / n);
  }

  /// When the slot is free by prediction; an overdue batch is expected to end any moment.
  [[nodiscard]] Time free_at(SlotId slot) const {
    const Slot& s = slots[slot];
    return s.busy ? std::max(now, s.started + s.predicted) : now;
  }
  /// Earliest predicted time at which `model` could start anywhere.
  [[nodiscard]] Time earliest_start(ModelId model) const {
    Time best = base::kNever;
    for (SlotId slot = 0; slot < slots.size(); ++slot) {
      if ((models[model].slots & bit(slot)) != 0) {
        best = std::min(best, free_at(slot));
      }
    }
    return best;
  }

  SchedulerOptions options;
  Queues queues;
  Estimator estimator;
  Announcements announcements;
  std::vector<Slot> slots;
  std::vector<ModelState> models;
  double pressure = 0;
  Time now{};
  RequestId last_id = 0;

 private:
  [[nodiscard]] Duration scaled(Duration d, double factor) const {
    const double scale = factor * (1 + pressure);
    return scale == 1.0 ? d : Duration(std::llround(static_cast<double>(d.count()) * scale));
  }
};

}  // namespace sluice::schedule
