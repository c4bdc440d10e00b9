// A recorded run beside its own simulation.
#include <algorithm>

#include <boost/json/array.hpp>

#include "base/utf8.hpp"
#include "telemetry/json_line.hpp"
#include "telemetry/replay.hpp"
#include "telemetry/sentences.hpp"
#include "telemetry/text_table.hpp"

namespace sluice::telemetry {

namespace {

Agreement::Counts counts_of(const schedule::TaskSummary& task) {
  return {task.offered, task.on_time, task.late, task.dropped_total(), task.failed};
}

Agreement::Task compare(const schedule::TaskSummary& recorded,
                        const schedule::TaskSummary& simulated) {
  Agreement::Task task{recorded.name, counts_of(recorded), counts_of(simulated), 0};
  const auto distance = [](std::uint64_t a, std::uint64_t b) { return a > b ? a - b : b - a; };
  const std::uint64_t most = std::max({distance(task.recorded.on_time, task.simulated.on_time),
                                       distance(task.recorded.late, task.simulated.late),
                                       distance(task.recorded.dropped, task.simulated.dropped)});
  if (task.recorded.offered > 0) {
    task.difference = static_cast<double>(most) / static_cast<double>(task.recorded.offered);
  }
  return task;
}

boost::json::object counts_json(const Agreement::Counts& counts) {
  return {{"offered", counts.offered},
          {"on_time", counts.on_time},
          {"late", counts.late},
          {"dropped", counts.dropped},
          {"failed", counts.failed}};
}

boost::json::object task_json(const Agreement::Task& task) {
  return {{"recorded", counts_json(task.recorded)},
          {"simulated", counts_json(task.simulated)},
          {"difference", task.difference}};
}

}  // namespace

base::Result<Agreement> check_agreement(const ReplayInput& input) {
  auto simulated = replay(input, input.run.scheduler);
  if (!simulated) {
    return tl::unexpected(simulated.error());
  }
  Agreement agreement;
  for (schedule::TaskId task = 0; task < input.summary.tasks(); ++task) {
    agreement.tasks.push_back(compare(input.summary.task(task), simulated->summary.task(task)));
  }
  agreement.total = compare(input.summary.total(), simulated->summary.total());
  return agreement;
}

boost::json::object to_json(const Agreement& agreement) {
  boost::json::object tasks;
  for (const Agreement::Task& task : agreement.tasks) {
    tasks[base::valid_utf8(task.name)] = task_json(task);
  }
  return {{"tasks", std::move(tasks)}, {"total", task_json(agreement.total)}};
}

std::string to_text(const Agreement& agreement, bool terminal) {
  TextTable table({"task", "offered", "on time", "simulated", "late", "simulated", "dropped",
                   "simulated", "largest difference"});
  const auto add = [&](const Agreement::Task& task, const std::string& name) {
    table.add({name, count_text(task.recorded.offered), count_text(task.recorded.on_time),
               count_text(task.simulated.on_time), count_text(task.recorded.late),
               count_text(task.simulated.late), count_text(task.recorded.dropped),
               count_text(task.simulated.dropped), percent_text(task.difference)});
  };
  for (const Agreement::Task& task : agreement.tasks) {
    add(task, task.name);
  }
  if (agreement.tasks.size() > 1) {
    add(agreement.total, "all");
  }
  return table.text(terminal);
}

}  // namespace sluice::telemetry
