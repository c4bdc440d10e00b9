// Batches on the threads of callers: see "LENT THREADS" in core.hpp.
#include <utility>

#include "runtime/core.hpp"

namespace sluice::runtime {

using base::Time;

namespace {

/// Batches that one call may run: what follows may be for other callers, and it has its own work.
constexpr int kMostLent = 8;

/// Whether this thread is lent already. A callback that submits again must not nest: the outer
/// call sees to what it queued.
thread_local bool lent_already = false;

struct Lending {
  Lending() { lent_already = true; }
  Lending(const Lending&) = delete;
  Lending& operator=(const Lending&) = delete;
  ~Lending() { lent_already = false; }
};

}  // namespace

base::Result<schedule::RequestId> Core::submit_here(const schedule::Submission& submission,
                                                    backend::Tensors&& inputs, Callback done) {
  Lock lock(mutex_);
  const Time now = clock_.now();
  auto id = admit(submission, inputs, done, now);
  if (!id) {
    return id;
  }
  if (lent_already) {
    decide_idle(now);
    hand_over();
    return id;
  }
  std::optional<schedule::SlotId> slot = decide_lent(now);
  hand_over();
  const Lending lending;
  for (int runs = 1; slot; ++runs) {
    if (!run_lent(lock, *slot)) {
      return id;
    }
    slot.reset();
    if (runs < kMostLent) {
      slot = decide_lent(clock_.now());
    } else {
      decide_idle(clock_.now());
    }
    hand_over();
  }
  return id;
}

/// As decide_idle(), but keeps the first small batch for the caller: its slot.
std::optional<schedule::SlotId> Core::decide_lent(Time now) {
  std::optional<schedule::SlotId> lent;
  for (schedule::SlotId id = 0; id < slots_.size(); ++id) {
    Slot& slot = slots_[id];
    if (!slot.idle || slot.running) {
      continue;
    }
    const schedule::Decision decision = scheduler_->next(id, now);
    if (decision.kind != schedule::Decision::Kind::run) {
      continue;
    }
    assign(id, decision, now);
    if (!lent && small(*slot.run)) {
      slot.run->lent = true;
      lent = id;
    } else {
      wake_slot(id);
    }
  }
  return lent;
}

bool Core::small(const Run& run) const {
  const auto size = static_cast<std::uint32_t>(run.requests.size());
  const base::Duration expected = scheduler_->estimate(run.model, size);
  if (run.copy == nullptr || !run.copy->only_computes() ||
      expected == base::Duration::zero() ||  // nothing is known
      expected > options_.here_time) {
    return false;
  }
  std::size_t bytes = 0;
  for (const backend::Tensors& inputs : run.inputs) {
    for (const tensor::Tensor& input : inputs) {
      bytes += input.data().size();
    }
  }
  return bytes <= options_.here_bytes;
}

/// False: the batch was given up meanwhile, and perhaps the engine closed.
bool Core::run_lent(Lock& lock, schedule::SlotId id) {
  const std::shared_ptr<Run> run = slots_[id].run;
  lock.unlock();
  auto result = execute(*run);
  run->inputs.clear();
  run->copy.reset();
  lock.lock();
  if (run->stray) {
    came_back(*run->stray);
    return false;
  }
  run->lent = false;
  conclude(id, std::move(result));
  Outbox outbox;
  deliver(lock, outbox);
  return true;
}

}  // namespace sluice::runtime
