// What an event costs: on the thread that runs the scheduler (the bar is 1 microsecond), and on
// the journal's own thread.
#include <cstdio>
#include <filesystem>
#include <string>

#include <benchmark/benchmark.h>

#include "telemetry/journal.hpp"
#include "telemetry/journal_format.hpp"
#include "telemetry/journal_parse.hpp"
#include "telemetry/report.hpp"

namespace sluice::telemetry {
namespace {

RunHeader header() {
  RunHeader header;
  header.name = "bench";
  header.scheduler.models.resize(1);
  header.scheduler.models[0].name = "text-det";
  header.scheduler.tasks.resize(1);
  header.scheduler.tasks[0].name = "labels";
  header.wall_started_ns = 1'767'261'600'000'000'000;
  return header;
}

schedule::Event started_event(std::uint64_t seq) {
  schedule::Event event;
  event.seq = seq;
  event.kind = schedule::EventKind::started;
  event.time = base::Time(base::Duration(static_cast<std::int64_t>(seq) * 1234));
  event.request = seq;
  event.task = 0;
  event.model = 0;
  event.slot = 0;
  event.batch = seq;
  event.batch_size = 1;
  event.priority = 100;
  event.arrival = event.time - base::Duration(5'000'000);
  event.deadline = event.arrival + base::Duration(80'000'000);
  event.numbers.service = base::Duration(25'000'000);
  event.numbers.predicted_finish = event.time + event.numbers.service;
  event.numbers.queued = 7;
  return event;
}

/// on_event() while the writer thread formats and writes. The buffer holds all iterations, so
/// that no call takes the cheaper way out of a full one.
void hot_path(benchmark::State& state) {
  constexpr int kEvents = 500'000;
  const auto path = std::filesystem::temp_directory_path() / "sluice-journal-bench";
  std::filesystem::remove(path);
  auto journal = Journal::open({path.string(), 0, 0, kEvents + 1}, header());
  if (!journal) {
    state.SkipWithError(journal.error().message.c_str());
    return;
  }
  std::uint64_t seq = 0;
  for (auto _ : state) {
    (*journal)->on_event(started_event(++seq));
  }
  state.counters["lost"] = static_cast<double>((*journal)->lost());
  if (!(*journal)->close()) {
    state.SkipWithError("the journal could not be written");
  }
  std::filesystem::remove(path);
}
BENCHMARK(hot_path)->Iterations(500'000)->Repetitions(3);

void format_event(benchmark::State& state) {
  const JournalFormat format(header());
  std::string line;
  std::uint64_t seq = 0;
  for (auto _ : state) {
    line.clear();
    format.append(line, started_event(++seq));
    benchmark::DoNotOptimize(line.data());
  }
  state.counters["bytes"] = static_cast<double>(line.size());
}
BENCHMARK(format_event);

void parse_event(benchmark::State& state) {
  const RunHeader run = header();
  const JournalFormat format(run);
  JournalVisitor visitor;
  LineParser parser(run, visitor);
  std::string line;
  std::uint64_t seq = 0;
  for (auto _ : state) {
    line.clear();
    format.append(line, started_event(++seq));
    benchmark::DoNotOptimize(parser.parse(line));
  }
}
BENCHMARK(parse_event);

/// One event into a live report.
void report_event(benchmark::State& state) {
  ReportBuilder builder(header());
  std::uint64_t seq = 0;
  for (auto _ : state) {
    builder.on_event(started_event(++seq));
  }
}
BENCHMARK(report_event);

}  // namespace
}  // namespace sluice::telemetry
