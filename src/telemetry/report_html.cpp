// The report as one HTML page.
#include <algorithm>
#include <cmath>

#include "telemetry/json_line.hpp"
#include "telemetry/report.hpp"
#include "telemetry/report_parts.hpp"
#include "telemetry/sentences.hpp"
#include "telemetry/svg.hpp"

namespace sluice::telemetry {

namespace {

/// "detector kept 20 of 20 deadlines; ...": the run in a sentence or two.
std::string lead(const Report& report) {
  const auto order = report.by_priority();
  if (order.empty() || report.total.counts.offered == 0) {
    return "No request arrived.";
  }
  const TaskReport& first = *order.front();
  std::string text = fmt::format("{} of {} requests of {}, the most important task, were on time.",
                                 count_text(first.counts.on_time), count_text(first.counts.offered),
                                 first.counts.name);
  if (order.size() == 1) {
    text = fmt::format("{} of {} requests were on time.", count_text(first.counts.on_time),
                       count_text(first.counts.offered));
  }
  const std::uint64_t dropped = report.total.counts.dropped_total();
  if (dropped > 0) {
    text += fmt::format(" {} request{} dropped, each with its reason.", count_text(dropped),
                        dropped == 1 ? " was" : "s were");
  }
  return text;
}

std::string head(const Report& report) {
  const schedule::SchedulerOptions& options = report.run.scheduler;
  std::string when;
  if (report.run.wall_started_ns != 0) {
    append_wall_time(when, report.run.wall_started_ns);
    when = ", started " + when.substr(0, 10) + " " + when.substr(11, 8) + " UTC";
  }
  return fmt::format(
      "<header><div class=\"brand\">Sluice run report</div><h1>{}</h1><p class=\"lead\">{}</p>"
      "<p>Policy {}, shedder {}, {} slot{}; {}{}.</p>{}</header>\n",
      html_escape(report.run.name), html_escape(lead(report)), schedule::to_string(options.policy),
      schedule::to_string(options.shedder), options.slots, options.slots == 1 ? "" : "s",
      duration_text(report.length), when, figures(key_figures(report)));
}

std::string losses(const Report& report) {
  std::string text;
  if (report.lost_lines > 0) {
    text += fmt::format(
        "<p>{} journal lines were lost (full buffer or disk): the counts on this "
        "page are too low.</p>",
        count_text(report.lost_lines));
  }
  if (report.incomplete) {
    text +=
        "<p>The journal's beginning was rotated away, or its end is cut: the counts on this "
        "page are too low.</p>";
  }
  return text.empty() ? "" : "<section class=\"warn\"><h2>Incomplete</h2>" + text + "</section>\n";
}

std::string notes(const Report& report) {
  if (report.notes.empty()) {
    return "";
  }
  HtmlTable table({"at", "note"}, 2);
  for (const Note& note : report.notes) {
    table.add({moment_text(note.time, report.run), note.text});
  }
  const std::uint64_t more = report.notes_total - report.notes.size();
  return section(
      "Notes",
      more > 0 ? fmt::format("The first {}; {} more are in the journal.", report.notes.size(), more)
               : "",
      table.html(""));
}

std::string examples(const Report& report) {
  if (report.examples.empty()) {
    return "";
  }
  std::string list = "<ul class=\"examples\">";
  for (const Example& example : report.examples) {
    const bool dropped = example.event.kind == schedule::EventKind::dropped;
    const std::string chip =
        dropped ? fmt::format("<span class=\"chip\"><i class=\"mark {}\"></i>{}</span>",
                              reason_color(static_cast<std::size_t>(example.event.reason)),
                              schedule::to_string(example.event.reason))
                : "<span class=\"chip\"><i class=\"mark failed\"></i>failed</span>";
    list += fmt::format("<li><b>Request {}</b> of {} {}<br>At {}: {}</li>", example.event.request,
                        html_escape(task_name(report.run, example.event.task)), chip,
                        moment_text(example.event.time, report.run), html_escape(example.text));
  }
  return section(
      "Why requests were dropped",
      "The first of each task and reason. The command \"sluice explain JOURNAL REQUEST\" tells the "
      "whole story of any of them, and what would have kept it on time.",
      list + "</ul>");
}

}  // namespace

std::string to_html(const Report& report) {
  const std::string body = head(report) + "<main>\n" + losses(report) + outcomes_section(report) +
                           latency_section(report) + queue_section(report) + drops_section(report) +
                           protection_section(report) + slots_section(report) + examples(report) +
                           resources_section(report) + notes(report) + "</main>\n<footer>" +
                           html_escape(report.run.software) + "</footer>";
  return page(report.run.name + ": Sluice run report", body);
}

}  // namespace sluice::telemetry
