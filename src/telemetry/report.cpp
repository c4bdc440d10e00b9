#include "telemetry/report.hpp"

#include <algorithm>

#include "telemetry/sentences.hpp"

namespace sluice::telemetry {

using schedule::Event;
using schedule::EventKind;
using schedule::Outcome;

std::uint64_t TaskReport::in_flight() const {
  const std::uint64_t ended = counts.on_time + counts.late + counts.failed + counts.dropped_total();
  return counts.offered > ended ? counts.offered - ended : 0;
}

double TaskReport::on_time_share() const {
  return counts.offered == 0
             ? 0.0
             : static_cast<double>(counts.on_time) / static_cast<double>(counts.offered);
}

void ResourceBin::merge(const ResourceBin& other) {
  samples += other.samples;
  sum.cpu += other.sum.cpu;
  sum.memory_used_bytes += other.sum.memory_used_bytes;
  sum.memory_total_bytes += other.sum.memory_total_bytes;
  sum.process_rss_bytes += other.sum.process_rss_bytes;
  sum.process_cpu += other.sum.process_cpu;
  sum.temperature_c += other.sum.temperature_c;
  sum.power_w += other.sum.power_w;
  sum.gpu += other.sum.gpu;
  sum.throttled = sum.throttled || other.sum.throttled;
}

ResourceSample ResourceBin::mean() const {
  ResourceSample mean = sum;
  const double n = samples == 0 ? 1.0 : static_cast<double>(samples);
  for (double* value :
       {&mean.cpu, &mean.memory_used_bytes, &mean.memory_total_bytes, &mean.process_rss_bytes,
        &mean.process_cpu, &mean.temperature_c, &mean.power_w, &mean.gpu}) {
    *value /= n;
  }
  return mean;
}

double Report::utilisation() const {
  base::Duration busy{0};
  for (const base::Duration slot : slot_busy) {
    busy += slot;
  }
  const double available =
      base::to_seconds(length) * static_cast<double>(std::max<std::size_t>(slot_busy.size(), 1));
  return available > 0 ? base::to_seconds(busy) / available : 0.0;
}

std::vector<const TaskReport*> Report::by_priority() const {
  std::vector<const TaskReport*> order;
  for (const TaskReport& task : tasks) {
    order.push_back(&task);
  }
  std::stable_sort(order.begin(), order.end(), [](const TaskReport* a, const TaskReport* b) {
    return a->counts.priority > b->counts.priority;
  });
  return order;
}

ReportBuilder::ReportBuilder(RunHeader header)
    : header_(std::move(header)),
      summary_(header_.scheduler),
      timeline_(header_.scheduler, header_.started),
      protections_(header_.scheduler.slots),
      tasks_(header_.scheduler.tasks.size()),
      slots_(header_.scheduler.slots),
      resources_(ResourceBin{}),
      last_(header_.started) {}

void ReportBuilder::on_event(const Event& event) {
  last_ = std::max(last_, event.time);
  summary_.on_event(event);
  timeline_.on_event(event);
  protections_.on_event(event);
  switch (event.kind) {
    case EventKind::batch_started:
      if (event.slot < slots_.size()) {
        slots_[event.slot] = {event.batch, event.time};
      }
      break;
    case EventKind::finished:
      on_finished(event);
      break;
    case EventKind::dropped:
      keep_example(event);
      break;
    default:
      break;
  }
}

void ReportBuilder::on_finished(const Event& event) {
  if (event.task >= tasks_.size()) {
    return;
  }
  Task& task = tasks_[event.task];
  if (event.slot < slots_.size() && slots_[event.slot].batch == event.batch) {
    const base::Duration service = event.time - slots_[event.slot].start;
    task.service.add(service);
    total_.service.add(service);
  }
  if (event.outcome == Outcome::failed) {
    keep_example(event);
  } else {
    task.latency.add(event.time - event.arrival);
    total_.latency.add(event.time - event.arrival);
  }
}

void ReportBuilder::keep_example(const Event& event) {
  if (examples_.size() >= kMostExamples) {
    return;
  }
  const auto alike = std::count_if(examples_.begin(), examples_.end(), [&](const Example& e) {
    return e.event.task == event.task && e.event.kind == event.kind &&
           e.event.reason == event.reason;
  });
  if (static_cast<std::size_t>(alike) < kExamplesPerReason) {
    examples_.push_back({event, {}});
  }
}

void ReportBuilder::on_resource(const ResourceSample& sample) {
  resources_.at(sample.time - header_.started).merge({1, sample});
}

void ReportBuilder::on_note(const Note& note) {
  ++notes_total_;
  if (notes_.size() < kMostNotes) {
    notes_.push_back(note);
  }
}

void ReportBuilder::on_loss(const Loss& loss) {
  lost_lines_ += loss.lines;
}

Report ReportBuilder::report() const {
  Report report;
  report.run = header_;
  report.length = last_ - header_.started;
  const schedule::SchedulerOptions& options = header_.scheduler;
  for (schedule::TaskId id = 0; id < tasks_.size(); ++id) {
    const schedule::TaskOptions& task = options.tasks[id];
    report.tasks.push_back({summary_.task(id), options.models[task.model].name, task.latency_budget,
                            tasks_[id].service.get(), tasks_[id].latency});
  }
  report.total = {summary_.total(), "", base::kForever, total_.service.get(), total_.latency};
  report.on_time_per_second = summary_.on_time_per_second();
  report.goodput = summary_.goodput();
  report.wasted_share = summary_.wasted_share();
  for (schedule::SlotId slot = 0; slot < summary_.slots(); ++slot) {
    report.slot_busy.push_back(summary_.busy(slot));
  }
  report.batches = summary_.batches();
  report.bin_width = timeline_.bin_width();
  report.timeline = timeline_.bins();
  report.protections = protections_.all();
  report.examples = examples_;
  for (Example& example : report.examples) {
    example.text = end_sentence(example.event, header_);
  }
  report.resource_bin_width = resources_.width();
  report.resources = resources_.used();
  report.notes = notes_;
  report.notes_total = notes_total_;
  report.lost_lines = lost_lines_;
  report.incomplete = incomplete_;
  return report;
}

base::Result<Report> report_journal(const std::string& path) {
  // The builder needs the header first, which the reader gives before anything else.
  class Reader final : public JournalVisitor {
   public:
    void on_header(const RunHeader& header) override {
      builder = std::make_unique<ReportBuilder>(header);
    }
    void on_event(const Event& event) override { builder->on_event(event); }
    void on_resource(const ResourceSample& sample) override { builder->on_resource(sample); }
    void on_note(const Note& note) override { builder->on_note(note); }
    void on_loss(const Loss& loss) override { builder->on_loss(loss); }
    std::unique_ptr<ReportBuilder> builder;
  } reader;
  auto info = read_journal(path, reader);
  if (!info) {
    return tl::unexpected(info.error());
  }
  if (info->truncated || info->first_part > 1) {
    reader.builder->set_incomplete();
  }
  return reader.builder->report();
}

}  // namespace sluice::telemetry
