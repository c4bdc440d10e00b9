#include "telemetry/explain.hpp"

#include <charconv>

#include <boost/json/array.hpp>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "telemetry/json_line.hpp"
#include "telemetry/sentences.hpp"
#include "telemetry/story.hpp"

namespace sluice::telemetry {

using base::ErrorCode;
using schedule::Event;
using schedule::EventKind;
using schedule::Outcome;
using schedule::RequestId;
using schedule::TaskId;

namespace {

constexpr const char* kSelectors =
    "choose an id, TASK#N (the N-th request of a task), first-drop, first-late, first-failed, or "
    "TASK:first-drop";

base::Result<TaskId> find_task(const RunHeader& run, const std::string& name) {
  std::vector<std::string> names;
  for (TaskId task = 0; task < run.scheduler.tasks.size(); ++task) {
    names.push_back(run.scheduler.tasks[task].name);
    if (names.back() == name) {
      return task;
    }
  }
  return base::fail(ErrorCode::not_found, "the journal has no task '{}'{}", name,
                    base::suggestion(name, "tasks", names));
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

/// The range of ids that arrived, for errors.
std::string range_text(const JournalContent& journal) {
  RequestId first = 0;
  RequestId last = 0;
  for (const Event& event : journal.events) {
    if (event.kind == EventKind::arrived) {
      first = first == 0 ? event.request : first;
      last = event.request;
    }
  }
  return first == 0 ? "it holds no request"
                    : fmt::format("it holds requests {} to {}", first, last);
}

base::Result<RequestId> by_id(const JournalContent& journal, RequestId id) {
  for (const Event& event : journal.events) {
    if (event.kind == EventKind::arrived && event.request == id) {
      return id;
    }
  }
  return base::fail(ErrorCode::not_found, "request {} did not arrive in this journal: {}; {}", id,
                    range_text(journal), kSelectors);
}

base::Result<RequestId> by_count(const JournalContent& journal, const std::string& name,
                                 const std::string& count) {
  const auto wanted = number(count);
  if (!wanted || *wanted == 0) {
    return base::fail(ErrorCode::invalid, "'{}#{}': after # comes a number from 1", name, count);
  }
  auto task = find_task(journal.info.header, name);
  if (!task) {
    return tl::unexpected(task.error());
  }
  std::uint64_t seen = 0;
  for (const Event& event : journal.events) {
    if (event.kind == EventKind::arrived && event.task == *task && ++seen == *wanted) {
      return event.request;
    }
  }
  return base::fail(ErrorCode::not_found, "'{}#{}': the journal holds {} requests of {}", name,
                    *wanted, seen, name);
}

bool matches(const Event& event, const std::string& what) {
  if (what == "first-drop") {
    return event.kind == EventKind::dropped;
  }
  return event.kind == EventKind::finished &&
         event.outcome == (what == "first-late" ? Outcome::late : Outcome::failed);
}

base::Result<RequestId> by_end(const JournalContent& journal, const std::string& what,
                               const std::string& name) {
  TaskId task = schedule::kNone;
  if (!name.empty()) {
    auto found = find_task(journal.info.header, name);
    if (!found) {
      return tl::unexpected(found.error());
    }
    task = *found;
  }
  for (const Event& event : journal.events) {
    if (matches(event, what) && (task == schedule::kNone || event.task == task)) {
      return event.request;
    }
  }
  return base::fail(ErrorCode::not_found, "{}: no request{} ended so; {}", what,
                    name.empty() ? "" : " of " + name, range_text(journal));
}

std::string end_name(const Story& story) {
  if (!story.ended()) {
    return "in_flight";
  }
  const Event& end = story.end();
  return end.kind == EventKind::dropped ? schedule::to_string(end.reason)
                                        : schedule::to_string(end.outcome);
}

/// Fills in what would have helped, or why that cannot be said.
base::Status add_what_if(const JournalContent& journal, const Story& story, Explanation& result) {
  if (!story.ended()) {
    result.remark = "It had not ended when the journal did.";
    return {};
  }
  if (result.end == "on_time") {
    return {};
  }
  if (result.end == "failed" || result.end == "cancelled" || result.end == "quarantined" ||
      result.end == "shutdown") {
    result.remark = "That had nothing to do with its deadline, so no change of timing was tried.";
    return {};
  }
  const auto input = replay_input(journal);
  if (!input) {
    result.remark = "What would have helped cannot be said: " + input.error().message + ".";
    return {};
  }
  auto found = what_if(*input, result.request, false, story.suspects());
  if (!found) {
    return tl::unexpected(found.error());
  }
  result.what_if = std::move(found->tried);
  if (!found->reproduced) {
    result.remark =
        "Simulated again without any change it is on time: milliseconds decided that the model of "
        "the run does not know, so no cause can be singled out.";
  }
  return {};
}

}  // namespace

base::Result<RequestId> find_request(const JournalContent& journal, const std::string& selector) {
  if (const auto id = number(selector)) {
    return by_id(journal, *id);
  }
  if (const auto hash = selector.rfind('#'); hash != std::string::npos) {
    return by_count(journal, selector.substr(0, hash), selector.substr(hash + 1));
  }
  const auto colon = selector.rfind(':');
  const std::string what = colon == std::string::npos ? selector : selector.substr(colon + 1);
  if (what == "first-drop" || what == "first-late" || what == "first-failed") {
    return by_end(journal, what, colon == std::string::npos ? "" : selector.substr(0, colon));
  }
  return base::fail(ErrorCode::invalid, "'{}' means no request: {}", selector, kSelectors);
}

base::Result<Explanation> explain(const JournalContent& journal, const std::string& selector) {
  auto id = find_request(journal, selector);
  if (!id) {
    return tl::unexpected(id.error());
  }
  const RunHeader& run = journal.info.header;
  Story story(run, *id);
  for (const Event& event : journal.events) {
    story.take(event);
  }
  if (!story.arrived()) {
    return base::fail(ErrorCode::not_found,
                      "request {}: its arrival is not in the journal (its beginning was rotated "
                      "away); {}",
                      *id, range_text(journal));
  }
  Explanation result;
  result.request = *id;
  result.task = task_name(run, story.arrival().task);
  result.end = end_name(story);
  result.story = story.sentences();
  if (auto status = add_what_if(journal, story, result); !status) {
    return tl::unexpected(status.error());
  }
  return result;
}

boost::json::object to_json(const Explanation& explanation) {
  boost::json::array story;
  for (const std::string& sentence : explanation.story) {
    story.emplace_back(base::valid_utf8(sentence));
  }
  boost::json::array tried;
  for (const WhatIf& item : explanation.what_if) {
    tried.push_back(boost::json::object{{"kind", item.kind},
                                        {"change", base::valid_utf8(item.change)},
                                        {"value", item.value},
                                        {"helps", item.helps},
                                        {"result", base::valid_utf8(item.result)}});
  }
  return {{"request", explanation.request}, {"task", base::valid_utf8(explanation.task)},
          {"end", explanation.end},         {"story", std::move(story)},
          {"what_if", std::move(tried)},    {"remark", explanation.remark}};
}

std::string to_text(const Explanation& explanation, bool terminal) {
  const auto bold = [terminal](const std::string& text) {
    return terminal ? "\x1b[1m" + text + "\x1b[0m" : text;
  };
  std::string out = bold(fmt::format("Request {} of {}: {}", explanation.request, explanation.task,
                                     explanation.end)) +
                    "\n\n";
  for (const std::string& sentence : explanation.story) {
    out += base::wrap(sentence, 100, "") + "\n";
  }
  std::string helps;
  std::string fails;
  for (const WhatIf& item : explanation.what_if) {
    const std::string line =
        base::wrap(fmt::format("- {}: {}", item.change, item.result), 100, "  ") + "\n";
    (item.helps ? helps : fails) += line;
  }
  if (!helps.empty()) {
    out += "\n" + bold("It would have been on time, all else as recorded, with any one of") +
           " (each checked by simulation)\n" + helps;
  }
  if (!fails.empty()) {
    out += "\n" + bold("Not enough by itself") + "\n" + fails;
  }
  if (!explanation.remark.empty()) {
    out += "\n" + base::wrap(explanation.remark, 100, "") + "\n";
  }
  return out;
}

}  // namespace sluice::telemetry
