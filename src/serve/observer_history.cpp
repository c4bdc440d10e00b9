#include "serve/observer_history.hpp"

#include <charconv>
#include <string_view>

#include <boost/json/array.hpp>

#include "base/utf8.hpp"
#include "serve/observer_live.hpp"
#include "telemetry/explain.hpp"
#include "telemetry/json_line.hpp"
#include "telemetry/sentences.hpp"

namespace sluice::serve {
namespace {

namespace json = boost::json;
using base::valid_utf8;
using schedule::Event;
using schedule::EventKind;
using schedule::Outcome;

bool is_end(const Event& event) {
  return event.kind == EventKind::dropped || event.kind == EventKind::finished;
}

const char* end_name(const Event& event) {
  return event.kind == EventKind::dropped ? schedule::to_string(event.reason)
                                          : schedule::to_string(event.outcome);
}

bool matches(const Event& event, const std::string& end) {
  if (end.empty() || end == end_name(event)) return true;
  return end == "dropped" && event.kind == EventKind::dropped;
}

json::object decision(const RememberedEvent& remembered, const History& history) {
  const Event& event = remembered.event;
  const auto& run = *history.headers.at(remembered.generation);
  const bool ran = event.kind == EventKind::finished;
  const base::Duration age = event.time - event.arrival;
  const base::Duration queued = ran ? age - event.numbers.service : age;
  const bool protects = event.kind == EventKind::dropped && event.other_task != schedule::kNone;
  const bool has_result = ran && event.outcome != Outcome::failed;
  return {
      {"decision", fmt::format("{}-{}", remembered.generation, event.request)},
      {"t_s", rounded(base::to_seconds(event.time - history.now))},
      {"task", valid_utf8(telemetry::task_name(run, event.task))},
      {"end", end_name(event)},
      {"protects", protects ? valid_utf8(telemetry::task_name(run, event.other_task)) : ""},
      {"priority", event.priority},
      {"queued_ms", rounded(base::to_ms(queued))},
      {"latency_ms", has_result ? json::value(rounded(base::to_ms(age))) : json::value(nullptr)},
      {"sentence", valid_utf8(telemetry::end_sentence(event, run))}};
}

/// "GENERATION-REQUEST".
struct DecisionId {
  std::uint32_t generation = 0;
  schedule::RequestId request = 0;
};

template <class Number>
bool take_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

base::Result<DecisionId> parse_decision(const std::string& text) {
  const auto dash = text.find('-');
  DecisionId id;
  if (dash == std::string::npos ||
      !take_number(std::string_view(text).substr(0, dash), id.generation) ||
      !take_number(std::string_view(text).substr(dash + 1), id.request)) {
    return base::fail(base::ErrorCode::not_found,
                      "no decision has this id; ids are two numbers, as 1-2047");
  }
  return id;
}

}  // namespace

json::object decisions_document(const History& history, const std::string& task,
                                const std::string& end, std::size_t limit) {
  json::array found;
  for (std::size_t i = history.events.size(); i > 0 && found.size() < limit; --i) {
    const RememberedEvent& remembered = history.events[i - 1];
    if (!is_end(remembered.event) || !matches(remembered.event, end)) continue;
    const auto& run = *history.headers.at(remembered.generation);
    if (!task.empty() && task != telemetry::task_name(run, remembered.event.task)) continue;
    found.push_back(decision(remembered, history));
  }
  return {{"decisions", std::move(found)}};
}

telemetry::JournalContent journal_of(const History& history, std::uint32_t generation) {
  telemetry::JournalContent journal;
  journal.info.header = *history.headers.at(generation);
  for (std::size_t i = 0; i < history.events.size(); ++i) {
    const RememberedEvent& remembered = history.events[i];
    if (remembered.generation == generation) journal.events.push_back(remembered.event);
  }
  if (!journal.events.empty() && journal.events.front().seq > 1) journal.info.first_part = 2;
  return journal;
}

base::Result<json::object> explain_document(const History& history, const std::string& decision) {
  const auto id = parse_decision(decision);
  if (!id) return tl::unexpected(id.error());
  bool arrived = false;
  for (std::size_t i = 0; i < history.events.size() && !arrived; ++i) {
    const auto& [generation, event] = history.events[i];
    arrived = generation == id->generation && event.kind == EventKind::arrived &&
              event.request == id->request;
  }
  if (!arrived) {
    return base::fail(base::ErrorCode::not_found,
                      "decision {}-{} is not remembered: it is too long ago, or never was; the "
                      "journal, if there is one, goes back further",
                      id->generation, id->request);
  }
  const auto explanation =
      telemetry::explain(journal_of(history, id->generation), std::to_string(id->request));
  if (!explanation) return tl::unexpected(explanation.error());
  auto document = telemetry::to_json(*explanation);
  document["decision"] = fmt::format("{}-{}", id->generation, id->request);
  return document;
}

}  // namespace sluice::serve
