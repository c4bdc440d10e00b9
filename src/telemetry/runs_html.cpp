// Real runs of the same stream, side by side.
#include <algorithm>
#include <set>

#include "telemetry/charts.hpp"
#include "telemetry/compare_html.hpp"
#include "telemetry/page.hpp"
#include "telemetry/report_parts.hpp"
#include "telemetry/sentences.hpp"
#include "telemetry/svg.hpp"

namespace sluice::telemetry {

namespace {

const TaskReport* find(const Report& run, const std::string& name) {
  for (const TaskReport& task : run.tasks) {
    if (task.counts.name == name) {
      return &task;
    }
  }
  return nullptr;
}

std::string lead(const std::vector<Report>& runs) {
  const TaskReport& first = *runs.front().by_priority().front();
  std::string text = fmt::format("Of {}, the most important task, ", first.counts.name);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const TaskReport* task = find(runs[i], first.counts.name);
    text +=
        fmt::format("{}{} were on time under {}", i == 0 ? "" : ", ",
                    percent_text(task == nullptr ? 0 : task->on_time_share()), runs[i].run.name);
  }
  return text + ".";
}

std::string overview(const std::vector<Report>& runs) {
  HtmlTable table({"run", "policy", "shedder", "offered", "on time", "late", "dropped",
                   "on time per second", "slots busy", "wasted"},
                  3);
  for (const Report& run : runs) {
    const schedule::TaskSummary& total = run.total.counts;
    table.add({run.run.name, schedule::to_string(run.run.scheduler.policy),
               schedule::to_string(run.run.scheduler.shedder), count_text(total.offered),
               count_text(total.on_time), count_text(total.late), count_text(total.dropped_total()),
               fmt::format("{:.1f}", run.on_time_per_second), percent_text(run.utilisation()),
               percent_text(run.wasted_share)});
  }
  return section("Runs", "Wasted: slot time spent on requests that ended late or failed.",
                 table.html(""));
}

std::string outcomes(const std::vector<Report>& runs) {
  std::string content;
  for (const TaskReport* task : runs.front().by_priority()) {
    content += fmt::format(
        "<h3>{} <span class=\"muted\">priority {}, budget {}</span></h3>"
        "<div class=\"outcomes\">",
        html_escape(task->counts.name), task->counts.priority, duration_text(task->latency_budget));
    for (const Report& run : runs) {
      if (const TaskReport* mine = find(run, task->counts.name)) {
        content += fmt::format("<div class=\"name\">{}</div>{}", html_escape(run.run.name),
                               share_bar(outcome_shares(*mine),
                                         fmt::format("{}: {} of {} on time", run.run.name,
                                                     mine->counts.on_time, mine->counts.offered)));
      }
    }
    content += "</div>";
  }
  return section("Outcomes of each task", "", content + outcome_legend());
}

std::string latencies(const std::vector<Report>& runs) {
  std::vector<const Report*> all;
  for (const Report& run : runs) {
    all.push_back(&run);
  }
  const LatencyRange range = latency_range(all);
  std::string charts = "<div class=\"grid\">";
  HtmlTable table({"task", "run", "p50 ms", "p95 ms", "p99 ms", "max ms"}, 2);
  std::size_t n = 0;
  for (const TaskReport* task : runs.front().by_priority()) {
    for (const Report& run : runs) {
      const TaskReport* mine = find(run, task->counts.name);
      if (mine == nullptr) {
        continue;
      }
      charts += fmt::format("<div><h3>{} <span class=\"muted\">{}</span></h3>{}</div>",
                            html_escape(task->counts.name), html_escape(run.run.name),
                            distribution_chart(latency_distribution(*mine, task_color(n), range)));
      const schedule::Percentiles& p = mine->counts.latency;
      const auto ms = [](base::Duration d) { return fmt::format("{:.1f}", base::to_ms(d)); };
      table.add({task->counts.name, run.run.name, ms(p.p50), ms(p.p95), ms(p.p99), ms(p.max)});
    }
    ++n;
  }
  return section("Latency",
                 "Arrival to result of the requests that ran; all axes are the same. The dashed "
                 "line is the task's latency budget; bars beyond it came too late.",
                 charts + "</div>" + table.html(""));
}

/// One section per run, all with the same value axis.
std::string each(const std::vector<Report>& runs, double (*top_of)(const Report&),
                 std::string (*part)(const Report&, double)) {
  double top = 1;
  for (const Report& run : runs) {
    top = std::max(top, top_of(run));
  }
  std::string out;
  for (const Report& run : runs) {
    const std::string content = part(run, top);
    if (!content.empty()) {
      out += fmt::format("<h2 class=\"run\">{}</h2>{}", html_escape(run.run.name), content);
    }
  }
  return out;
}

/// Runs of one configuration have one name; then the policy tells them apart, or the number.
std::vector<Report> with_distinct_names(std::vector<Report> runs) {
  const auto repeated = [&] {
    std::set<std::string> names;
    for (const Report& run : runs) {
      names.insert(run.run.name);
    }
    return names.size() < runs.size();
  };
  if (repeated()) {
    for (Report& run : runs) {
      run.run.name = schedule::to_string(run.run.scheduler.policy);
    }
  }
  if (repeated()) {
    for (std::size_t i = 0; i < runs.size(); ++i) {
      runs[i].run.name += fmt::format(" {}", i + 1);
    }
  }
  return runs;
}

}  // namespace

std::string to_html(const std::vector<Report>& reports, const std::string& title) {
  if (reports.empty() || reports.front().tasks.empty()) {
    return page(title, "<header><h1>Nothing to compare</h1></header>");
  }
  const std::vector<Report> runs = with_distinct_names(reports);
  const std::string head = fmt::format(
      "<header><div class=\"brand\">Sluice runs side by side</div><h1>{}</h1>"
      "<p class=\"lead\">{}</p></header>\n",
      html_escape(title), html_escape(lead(runs)));
  return page(title, head + "<main>\n" + overview(runs) + outcomes(runs) + latencies(runs) +
                         each(runs, queue_top, queue_section) +
                         each(runs, drops_top, drops_section) + "</main>\n<footer>" +
                         html_escape(runs.front().run.software) + "</footer>");
}

}  // namespace sluice::telemetry
