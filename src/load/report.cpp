// A load test's results as a table, JSON and a page.
#include <algorithm>

#include "load/result.hpp"
#include "telemetry/charts.hpp"
#include "telemetry/page.hpp"
#include "telemetry/sentences.hpp"
#include "telemetry/svg.hpp"
#include "telemetry/text_table.hpp"

namespace sluice::load {
namespace {

namespace json = boost::json;

std::string ms(base::Duration d) {
  return fmt::format("{:.2f}", base::to_ms(d));
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string refused_text(const StreamResult& stream) {
  std::string text;
  for (const auto& [reason, count] : stream.refused) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", reason, count);
  }
  return text.empty() ? "0" : text;
}

std::string generator_text(const LoadResult& result) {
  base::Duration delay{0};
  for (const auto& stream : result.streams) delay = std::max(delay, stream.send_delay.p99);
  const auto cpu = result.wall_seconds > 0 ? result.cpu_seconds / result.wall_seconds : 0;
  return fmt::format(
      "Latency is counted from the intended send time. The generator used {:.0f} % of one "
      "processor and sent 99 % of the requests within {} of their time.",
      100 * cpu, telemetry::duration_text(delay));
}

json::object latency_json(const Latency& l) {
  return {{"mean", base::to_ms(l.mean)},  {"p50", base::to_ms(l.p50)},
          {"p90", base::to_ms(l.p90)},    {"p99", base::to_ms(l.p99)},
          {"p99_9", base::to_ms(l.p999)}, {"max", base::to_ms(l.max)}};
}

std::string outcomes(const LoadResult& result) {
  std::string rows;
  for (const auto& stream : result.streams) {
    rows += fmt::format(
        "<div class=\"name\">{}</div>{}", telemetry::html_escape(stream.name),
        telemetry::share_bar(
            {{"on time", "on", static_cast<double>(stream.on_time)},
             {"late", "late", static_cast<double>(stream.late)},
             {"refused", "dropped", static_cast<double>(stream.refused_total())},
             {"unanswered", "failed", static_cast<double>(stream.unanswered)}},
            fmt::format("{}: {} of {} on time", stream.name, stream.on_time, stream.offered)));
  }
  return "<div class=\"outcomes\">" + rows + "</div>" +
         telemetry::legend({{"on time", "on"},
                            {"late", "late"},
                            {"refused", "dropped"},
                            {"unanswered", "failed"}});
}

std::string latencies(const LoadResult& result) {
  base::Duration low = base::kForever;
  base::Duration high{0};
  for (const auto& stream : result.streams) {
    const auto& bins = stream.histogram;
    if (bins.total() == 0) continue;
    low = std::min(low, bins.lower_edge(bins.first()));
    high = std::max(high, bins.lower_edge(bins.last() + 1));
  }
  std::string charts;
  for (std::size_t i = 0; i < result.streams.size(); ++i) {
    const auto& stream = result.streams[i];
    if (stream.histogram.total() == 0) continue;
    telemetry::Distribution chart;
    chart.title = stream.name;
    chart.color = telemetry::task_color(i);
    chart.histogram = &stream.histogram;
    chart.budget = stream.deadline;
    chart.p50 = stream.latency.p50;
    chart.p99 = stream.latency.p99;
    chart.low = low;
    chart.high = std::max(high, low * 2);
    charts += fmt::format("<div><h3>{}</h3>{}</div>", telemetry::html_escape(stream.name),
                          telemetry::distribution_chart(chart));
  }
  return charts.empty() ? "<p class=\"muted\">No request had a result.</p>"
                        : "<div class=\"grid\">" + charts + "</div>";
}

std::string over_time(const StreamResult& stream) {
  telemetry::TimeChart chart;
  chart.title = stream.name;
  chart.description = "Requests per second by how they ended.";
  chart.unit = "requests/s";
  chart.style = telemetry::TimeChart::Style::columns;
  chart.bin = std::chrono::seconds(1);
  chart.series = {{"on time", "on", {}}, {"late", "late", {}}, {"refused", "dropped", {}}};
  for (const auto& second : stream.seconds_of) {
    chart.series[0].values.push_back(static_cast<double>(second.on_time));
    chart.series[1].values.push_back(static_cast<double>(second.late));
    chart.series[2].values.push_back(static_cast<double>(second.refused));
  }
  return fmt::format("<h3>{}</h3>{}", telemetry::html_escape(stream.name),
                     telemetry::time_chart(chart));
}

std::vector<std::string> cells(const StreamResult& stream) {
  return {stream.name,
          telemetry::count_text(stream.offered),
          telemetry::count_text(stream.on_time),
          telemetry::percent_text(share(stream.on_time, stream.offered)),
          telemetry::count_text(stream.late),
          telemetry::count_text(stream.refused_total()),
          telemetry::count_text(stream.unanswered),
          fmt::format("{:.1f}", stream.throughput()),
          ms(stream.latency.p50),
          ms(stream.latency.p90),
          ms(stream.latency.p99),
          ms(stream.latency.p999),
          ms(stream.latency.max)};
}

const std::vector<std::string> kHead{"stream",  "sent",       "on time",   "share",  "late",
                                     "refused", "unanswered", "results/s", "p50 ms", "p90 ms",
                                     "p99 ms",  "p99.9 ms",   "max ms"};

}  // namespace

std::string to_text(const LoadResult& result, bool terminal) {
  telemetry::TextTable table(kHead);
  for (const auto& stream : result.streams) table.add(cells(stream));
  auto text = table.text(terminal);
  for (const auto& stream : result.streams) {
    if (!stream.refused.empty()) {
      text += fmt::format("{} refused: {}\n", stream.name, refused_text(stream));
    }
  }
  return text + generator_text(result) + '\n';
}

json::object to_json(const LoadResult& result) {
  json::array streams;
  for (const auto& stream : result.streams) {
    json::object refused;
    for (const auto& [reason, count] : stream.refused) refused[reason] = count;
    json::object one{
        {"name", stream.name},
        {"url", stream.url},
        {"seconds", stream.seconds},
        {"sent", stream.offered},
        {"on_time", stream.on_time},
        {"late", stream.late},
        {"refused", std::move(refused)},
        {"unanswered", stream.unanswered},
        {"results_per_second", stream.throughput()},
        {"goodput", stream.goodput()},
        {"latency_ms", latency_json(stream.latency)},
        {"send_delay_ms", latency_json(stream.send_delay)},
    };
    if (stream.deadline != base::kForever) one["deadline_ms"] = base::to_ms(stream.deadline);
    streams.push_back(std::move(one));
  }
  return {
      {"streams", std::move(streams)},
      {"generator", {{"cpu_seconds", result.cpu_seconds}, {"wall_seconds", result.wall_seconds}}}};
}

std::string to_html(const LoadResult& result) {
  telemetry::HtmlTable table(kHead);
  std::uint64_t offered = 0;
  std::uint64_t on_time = 0;
  std::string timelines;
  for (const auto& stream : result.streams) {
    table.add(cells(stream));
    offered += stream.offered;
    on_time += stream.on_time;
    timelines += over_time(stream);
  }
  telemetry::HtmlTable reasons({"stream", "reason", "requests"}, 2);
  for (const auto& stream : result.streams) {
    for (const auto& [reason, count] : stream.refused) {
      reasons.add({stream.name, reason, telemetry::count_text(count)});
    }
  }
  const auto head = fmt::format(
      "<header><div class=\"brand\">Sluice load test</div><h1>{} of {} requests on time</h1>"
      "<p>{}</p></header>\n",
      telemetry::count_text(on_time), telemetry::count_text(offered),
      telemetry::html_escape(generator_text(result)));
  auto body =
      telemetry::section("Outcomes", "", outcomes(result)) +
      telemetry::section("Latency", "Intended send time to result.", latencies(result)) +
      telemetry::section("Over time", "By intended send time, since the warm-up.", timelines) +
      telemetry::section("All numbers", "", table.html(""));
  if (!reasons.empty()) body += telemetry::section("Reasons of refusals", "", reasons.html(""));
  return telemetry::page("Sluice load test",
                         head + "<main>\n" + body + "</main>\n<footer></footer>");
}

}  // namespace sluice::load
