#include "pipeline/feeder.hpp"

#include <utility>

namespace sluice::pipeline {

Feeder::Feeder(const FeederOptions& options, std::vector<TaskSource> sources,
               FrameConsumer& consumer, base::Time start)
    : options_(options),
      sources_(std::move(sources)),
      consumer_(consumer),
      start_(start),
      due_(sources_.size(), base::kNever),
      announced_(sources_.size(), false),
      counts_(sources_.size()) {
  for (std::size_t index = 0; index < sources_.size(); ++index) look_ahead(index);
}

std::optional<std::size_t> Feeder::first() const {
  std::optional<std::size_t> earliest;
  for (std::size_t index = 0; index < due_.size(); ++index) {
    if (due_[index] != base::kNever && (!earliest || due_[index] < due_[*earliest])) {
      earliest = index;
    }
  }
  return earliest;
}

base::Time Feeder::next_due() const {
  const auto index = first();
  return index ? due_[*index] : base::kNever;
}

void Feeder::step(base::Time now) {
  const auto index = first();
  if (!index || due_[*index] > now) return;
  const base::Time due = due_[*index];
  auto frame = sources_[*index].source->take();
  if (!frame) {
    ++counts_[*index].failed;
    ++frames_;
    consumer_.lost(sources_[*index].task, due, frame.error());
  } else if (*frame) {
    ++frames_;
    hand_over(*index, due, std::move(**frame));
  }
  look_ahead(*index);
  if (options_.frames != 0 && frames_ >= options_.frames) end();
}

void Feeder::end() {
  for (std::size_t index = 0; index < sources_.size(); ++index) {
    due_[index] = base::kNever;
    if (announced_[index]) consumer_.announce(sources_[index].task, base::kNever);
    announced_[index] = false;
  }
}

void Feeder::hand_over(std::size_t index, base::Time due, Frame frame) {
  schedule::Submission submission;
  submission.task = sources_[index].task;
  submission.arrival = due;
  const std::string name = frame.name;
  const base::Status taken = consumer_.submit(submission, std::move(frame));
  if (taken) {
    ++counts_[index].submitted;
  } else {
    ++counts_[index].refused;
    consumer_.lost(submission.task, due, base::with_context(name, taken.error()));
  }
}

// Notes when the source's next frame is due and announces it.
void Feeder::look_ahead(std::size_t index) {
  Source& source = *sources_[index].source;
  const auto due = source.next_due();
  const bool more = due && *due < options_.duration;
  due_[index] = more ? base::add(start_, *due) : base::kNever;
  if (due_[index] != base::kNever && source.period() > base::Duration(0)) {
    consumer_.announce(sources_[index].task, base::add(start_, source.expected()));
    announced_[index] = true;
  } else if (announced_[index]) {
    consumer_.announce(sources_[index].task, base::kNever);
    announced_[index] = false;
  }
}

}  // namespace sluice::pipeline
