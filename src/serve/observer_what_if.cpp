// The remembered requests again, in the simulator, under other settings.
#include <algorithm>
#include <unordered_set>

#include <boost/json/array.hpp>

#include "base/utf8.hpp"
#include "serve/observer_history.hpp"
#include "serve/observer_live.hpp"
#include "telemetry/json_line.hpp"
#include "telemetry/replay.hpp"

namespace sluice::serve {
namespace {

namespace json = boost::json;
using schedule::Event;
using schedule::EventKind;

/// Leaves out the requests whose beginning or end is not remembered, so that what was recorded and
/// what is simulated are the same requests.
void keep_whole_requests(telemetry::JournalContent& journal) {
  std::unordered_set<schedule::RequestId> arrived;
  std::unordered_set<schedule::RequestId> whole;
  for (const Event& event : journal.events) {
    if (event.kind == EventKind::arrived) arrived.insert(event.request);
    const bool ends = event.kind == EventKind::dropped || event.kind == EventKind::finished;
    if (ends && arrived.contains(event.request)) whole.insert(event.request);
  }
  std::erase_if(journal.events, [&](const Event& event) {
    return event.request != 0 && !whole.contains(event.request);
  });
}

json::object run_document(const schedule::SchedulerOptions& options,
                          const schedule::Summary& summary) {
  json::array tasks;
  for (schedule::TaskId id = 0; id < summary.tasks(); ++id) {
    const auto task = summary.task(id);
    const bool measured = task.latency.count > 0;
    tasks.push_back(
        json::object{{"name", base::valid_utf8(task.name)},
                     {"offered", task.offered},
                     {"on_time", task.on_time},
                     {"late", task.late},
                     {"dropped", task.dropped_total()},
                     {"failed", task.failed},
                     {"p99_ms", measured ? json::value(rounded(base::to_ms(task.latency.p99)))
                                         : json::value(nullptr)}});
  }
  return {{"policy", schedule::to_string(options.policy)}, {"tasks", std::move(tasks)}};
}

}  // namespace

std::uint32_t newest_generation(const History& history) {
  std::uint32_t newest = 0;
  for (std::size_t i = 0; i < history.events.size(); ++i) {
    const auto& [generation, event] = history.events[i];
    if (event.kind == EventKind::arrived) newest = std::max(newest, generation);
  }
  return newest;
}

base::Result<json::object> what_if_document(const History& history,
                                            const schedule::SchedulerOptions& options) {
  const std::uint32_t generation = newest_generation(history);
  if (generation == 0) {
    return base::fail(base::ErrorCode::unavailable,
                      "no request is remembered yet: there is nothing to replay");
  }
  auto journal = journal_of(history, generation);
  const schedule::SchedulerOptions& recorded = journal.info.header.scheduler;
  if (options.tasks.size() != recorded.tasks.size() ||
      options.models.size() != recorded.models.size()) {
    return base::fail(base::ErrorCode::invalid,
                      "the tasks and models must be those of the requests that are replayed");
  }
  keep_whole_requests(journal);
  const auto input = telemetry::replay_input(journal);
  if (!input) {
    return base::fail(base::ErrorCode::unavailable,
                      "the remembered requests cannot be replayed: {}", input.error().message);
  }
  const auto simulated = telemetry::replay(*input, options);
  if (!simulated) return tl::unexpected(simulated.error());
  const auto same = telemetry::replay(*input, recorded);
  if (!same) return tl::unexpected(same.error());
  const auto length = journal.events.back().time - journal.events.front().time;
  return json::object{{"window_s", rounded(base::to_seconds(length))},
                      {"requests", input->requests.size()},
                      {"recorded", run_document(recorded, input->summary)},
                      {"simulated", run_document(options, simulated->summary)},
                      {"same_policy", run_document(recorded, same->summary)}};
}

}  // namespace sluice::serve
