#include "telemetry/story.hpp"

#include <algorithm>

#include "telemetry/sentences.hpp"

namespace sluice::telemetry {

using base::Duration;
using schedule::Event;
using schedule::EventKind;
using schedule::kNone;
using schedule::RequestId;

namespace {

std::string plural(std::uint64_t count, const char* noun) {
  return fmt::format("{} {}{}", count_text(count), noun, count == 1 ? "" : "s");
}

}  // namespace

std::string Story::at(base::Time time) const {
  return moment_text(time, run_);
}

void Story::take(const Event& event) {
  if (event.kind == EventKind::shedding_on || event.kind == EventKind::shedding_off) {
    shedding_ = event.kind == EventKind::shedding_on;
  }
  if (event.request == request_) {
    tell(event);
  }
  follow_slots(event);
}

void Story::follow_slots(const Event& event) {
  switch (event.kind) {
    case EventKind::batch_started:
      running_[event.slot] = {event, {}, ""};
      break;
    case EventKind::batch_finished:
      running_.erase(event.slot);
      break;
    case EventKind::started: {
      Batch& batch = running_[event.slot];
      if (batch.started.batch != event.batch) {
        batch = {event, {}, ""};
      }
      batch.members.push_back(event.request);
      const std::string& name = task_name(run_, event.task);
      if (batch.tasks.find(name) == std::string::npos) {
        batch.tasks += (batch.tasks.empty() ? "" : ", ") + name;
      }
      if (waiting() && event.request != request_) {
        ++passed_[event.task];
        ran_.push_back(event.request);
      }
      break;
    }
    case EventKind::waited:
      if (waiting() && event.task == arrival_.task) {
        kept_free_for_ = event.other_task;
        protected_.push_back(event.other_request);
      }
      break;
    default:
      break;
  }
}

void Story::tell(const Event& event) {
  switch (event.kind) {
    case EventKind::arrived:
      tell_arrival(event);
      break;
    case EventKind::deferred:
      sentences_.push_back(
          fmt::format("At {} it was put off until {}{}.", at(event.time), at(event.until),
                      event.other_task == kNone
                          ? ""
                          : " so that " + task_name(run_, event.other_task) + " stays on time"));
      break;
    case EventKind::requeued:
      sentences_.push_back(fmt::format("At {} it was back in its queue.", at(event.time)));
      break;
    case EventKind::degraded:
      sentences_.push_back(
          fmt::format("At {} task {} took it over, because the machine could not do everything "
                      "in time.",
                      at(event.time), task_name(run_, event.other_task)));
      break;
    case EventKind::started:
      tell_start(event);
      break;
    case EventKind::dropped:
    case EventKind::finished:
      tell_end(event);
      break;
    default:
      break;
  }
}

void Story::tell_arrival(const Event& event) {
  arrived_ = true;
  arrival_ = event;
  std::string text = fmt::format("Request {} of task {} (model {}, priority {}) arrived at {}",
                                 event.request, task_name(run_, event.task),
                                 model_name(run_, event.model), event.priority, at(event.time));
  const Duration lag = event.time - event.arrival;
  if (lag > Duration(0)) {
    text += fmt::format(", {} after its input came into being", duration_text(lag));
  }
  text += event.deadline == base::kNever
              ? "; it has no deadline."
              : fmt::format("; its result had to exist by {}, {} after that.", at(event.deadline),
                            duration_text(event.deadline - event.arrival));
  sentences_.push_back(text);

  std::string situation;
  for (const auto& [slot, batch] : running_) {
    const std::string what =
        batch.tasks.empty() ? model_name(run_, batch.started.model) : batch.tasks;
    const std::string size = batch.started.batch_size > 1
                                 ? fmt::format("a batch of {}", batch.started.batch_size)
                                 : "a request";
    const Duration predicted = batch.started.numbers.service;
    situation += fmt::format("{}slot {} was {} into {} of {}{}", situation.empty() ? "" : "; ",
                             slot, duration_text(event.time - batch.started.time), size, what,
                             predicted > Duration(0)
                                 ? fmt::format(", predicted to take {}", duration_text(predicted))
                                 : "");
    ran_.insert(ran_.end(), batch.members.begin(), batch.members.end());
  }
  const schedule::Numbers& numbers = event.numbers;
  situation = situation.empty() ? "no slot was busy" : situation;
  if (numbers.queued == 0) {
    situation += "; nothing else was queued";
  } else if (numbers.queued == 1) {
    situation += fmt::format("; 1 request was queued, of {} task",
                             numbers.task_queued == 1 ? "its own" : "another");
  } else {
    situation += fmt::format("; {} requests were queued, {} of them its own task's",
                             count_text(numbers.queued), count_text(numbers.task_queued));
  }
  sentences_.push_back(fmt::format("At that moment {}.", situation));
  if (numbers.service > Duration(0) || numbers.backlog > Duration(0)) {
    std::string prediction =
        fmt::format("By prediction {} of work was in front of it", duration_text(numbers.backlog));
    if (numbers.service > Duration(0)) {
      prediction += fmt::format(" and it would take {} itself", duration_text(numbers.service));
    }
    sentences_.push_back(prediction + (shedding_ ? "; the shedder was active." : "."));
  }
}

void Story::tell_wait() {
  std::string text;
  for (const auto& [task, count] : passed_) {
    const auto priority =
        task < run_.scheduler.tasks.size() ? run_.scheduler.tasks[task].priority : 0;
    text += fmt::format("{}{} of {} (priority {})", text.empty() ? "" : ", ",
                        plural(count, "request"), task_name(run_, task), priority);
  }
  if (!text.empty()) {
    sentences_.push_back(fmt::format("While it waited, {} started instead.", text));
  }
  if (kept_free_for_ != kNone) {
    sentences_.push_back(fmt::format("A slot was kept free meanwhile, so that {} stays on time.",
                                     task_name(run_, kept_free_for_)));
  }
}

void Story::tell_start(const Event& event) {
  tell_wait();
  started_ = true;
  std::string text = fmt::format("It started at {} on slot {}, {} after it arrived", at(event.time),
                                 event.slot, duration_text(event.time - event.arrival));
  if (event.batch_size > 1) {
    text += fmt::format(", in a batch of {}", event.batch_size);
  }
  if (event.numbers.predicted_finish > event.time &&
      event.numbers.predicted_finish != base::kNever) {
    text +=
        fmt::format("; by prediction it would be done at {}", at(event.numbers.predicted_finish));
  }
  sentences_.push_back(text + ".");
}

void Story::tell_end(const Event& event) {
  if (!started_) {
    tell_wait();
  }
  ended_ = true;
  end_ = event;
  if (event.other_request != 0) {
    protected_.push_back(event.other_request);
  }
  const bool failed =
      event.kind == EventKind::finished && event.outcome == schedule::Outcome::failed;
  sentences_.push_back(fmt::format("At {} it {}{}", at(event.time), failed ? "" : "was ",
                                   end_sentence(event, run_)));
}

std::vector<RequestId> Story::suspects() const {
  std::vector<RequestId> all = protected_;
  all.insert(all.end(), ran_.rbegin(), ran_.rend());
  std::vector<RequestId> unique;
  for (const RequestId id : all) {
    if (id != 0 && id != request_ && std::find(unique.begin(), unique.end(), id) == unique.end()) {
      unique.push_back(id);
    }
  }
  return unique;
}

}  // namespace sluice::telemetry
