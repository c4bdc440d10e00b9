#include "serve/observer_generation.hpp"

#include <algorithm>

namespace sluice::serve {

using schedule::Event;
using schedule::EventKind;
using schedule::Outcome;

namespace {

void add(Spent& sum, base::Duration time) {
  ++sum.count;
  sum.total += time;
}

}  // namespace

base::Duration SlotRecent::busy_within(std::int64_t first_second, base::Time now) const {
  base::Duration sum{0};
  for (const Second& second : seconds_) {
    if (second.second >= first_second) sum += second.busy;
  }
  if (busy()) {
    const base::Time from(std::chrono::seconds{first_second});
    sum += now - std::min(now, std::max(from, runs.back().start));
  }
  return sum;
}

void SlotRecent::finish(base::Time end) {
  Run& run = runs.back();
  run.end = end;
  auto from = std::max(run.start, end - std::chrono::seconds(kSeconds - 1));
  while (from < end) {
    const std::int64_t second = second_of(from);
    const auto until = std::min(end, base::Time(std::chrono::seconds(second + 1)));
    Second& entry = seconds_[static_cast<std::size_t>(second) % kSeconds];
    if (entry.second != second) entry = {second, base::Duration(0)};
    entry.busy += until - from;
    from = until;
  }
}

ObservedGeneration::ObservedGeneration(std::uint32_t number, telemetry::RunHeader header,
                                       ObserverState& state)
    : number_(number), header_(std::move(header)), state_(state), slots_(header_.scheduler.slots) {
  const std::scoped_lock lock(state_.mutex);
  const schedule::SchedulerOptions& options = header_.scheduler;
  for (const schedule::ModelOptions& model : options.models) {
    const auto [entry, is_new] = state_.totals.models.try_emplace(model.name);
    if (is_new) {
      const auto [name, version] = split_model(model.name);
      entry->second.statistics.name = name;
      entry->second.statistics.version = version;
    }
    models_.push_back(&entry->second);
  }
  for (const schedule::TaskOptions& task : options.tasks) {
    tasks_.push_back({task.weight, &state_.totals.tasks[task.name], &state_.recent[task.name],
                      std::vector<SeriesTotals*>(options.models.size())});
    series(tasks_.back(), task.model);
  }
  auto& busy = state_.totals.slot_busy;
  busy.resize(std::max<std::size_t>(busy.size(), options.slots));
}

SeriesTotals& ObservedGeneration::series(Task& task, schedule::ModelId model) {
  SeriesTotals*& found = task.by_model[model];
  if (found == nullptr) {
    found = &task.totals->by_model[header_.scheduler.models[model].name];
  }
  return *found;
}

void ObservedGeneration::on_event(const Event& event) {
  const std::scoped_lock lock(state_.mutex);
  state_.events.append(number_, event);
  switch (event.kind) {
    case EventKind::batch_started:
    case EventKind::batch_finished:
      on_batch(event);
      break;
    case EventKind::shedding_on:
    case EventKind::shedding_off:
      shedding_ = event.kind == EventKind::shedding_on;
      break;
    default:
      if (event.task < tasks_.size() && event.model < models_.size()) {
        on_request(event, tasks_[event.task]);
      }
      break;
  }
}

void ObservedGeneration::on_request(const Event& event, Task& task) {
  schedule::Accounting& counts = task.totals->counts;
  switch (event.kind) {
    case EventKind::arrived:
      ++counts.offered;
      ++counts.queued;
      ++task.recent->at(event.time).offered;
      break;
    case EventKind::started:
      --counts.queued;
      ++counts.running;
      series(task, event.model).queue.add(event.time - event.arrival);
      task.recent->at(event.time).queue.add(event.time - event.arrival);
      if (event.slot < slots_.size() && slots_[event.slot].busy()) {
        auto& run = slots_[event.slot].runs.back();
        if (run.task == schedule::kNone) run.task = event.task;
      }
      break;
    case EventKind::dropped:
    case EventKind::finished:
      on_end(event, task);
      break;
    default:
      break;
  }
}

void ObservedGeneration::on_end(const Event& event, Task& task) {
  schedule::Accounting& counts = task.totals->counts;
  SeriesTotals& totals = series(task, event.model);
  TaskSecond& second = task.recent->at(event.time);
  ModelStatistics& statistics = models_[event.model]->statistics;
  const base::Duration latency = event.time - event.arrival;
  if (event.kind == EventKind::dropped) {
    const auto reason = static_cast<std::size_t>(event.reason);
    --counts.queued;  // what was put off counts as queued
    ++counts.dropped[reason];
    ++totals.dropped[reason];
    ++second.dropped[reason];
    add(statistics.fail, latency);
    return;
  }
  const base::Duration service = event.numbers.service;
  --counts.running;
  totals.compute.add(service);
  if (event.outcome == Outcome::failed) {
    ++counts.failed;
    ++totals.failed;
    ++second.failed;
    add(statistics.fail, latency);
    return;
  }
  if (event.outcome == Outcome::on_time) {
    ++counts.on_time;
    ++totals.on_time;
    ++second.on_time;
    task.totals->weight_on_time += task.weight;
  } else {
    ++counts.late;
    ++totals.late;
    ++second.late;
  }
  totals.duration.add(latency);
  second.latency.add(latency);
  add(statistics.success, latency);
  add(statistics.queue, latency - service);
  add(statistics.infer, service);
  ++statistics.inferences;
  statistics.last_inference =
      base::Duration(header_.wall_started_ns) + (event.time - header_.started);
}

void ObservedGeneration::on_batch(const Event& event) {
  if (event.slot >= slots_.size() || event.model >= models_.size()) return;
  SlotRecent& slot = slots_[event.slot];
  if (event.kind == EventKind::batch_started) {
    slot.runs.push_back(
        {event.time, base::kNever, event.batch, schedule::kNone, event.model, event.batch_size});
    return;
  }
  if (slot.busy() && slot.runs.back().batch == event.batch) slot.finish(event.time);
  const base::Duration service = event.numbers.service;
  state_.totals.slot_busy[event.slot] += service;
  if (event.outcome == Outcome::failed) return;
  ModelTotals& model = *models_[event.model];
  model.batch_times.push_back(service);
  ++model.statistics.executions;
  auto& batches = model.statistics.batches;
  auto entry = std::lower_bound(
      batches.begin(), batches.end(), event.batch_size,
      [](const ModelStatistics::Batch& batch, std::uint32_t size) { return batch.size < size; });
  if (entry == batches.end() || entry->size != event.batch_size) {
    entry = batches.insert(entry, {event.batch_size, {}});
  }
  add(entry->infer, service);
}

}  // namespace sluice::serve
