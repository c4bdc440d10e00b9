#include "cli/run_recorder.hpp"

#include <spdlog/spdlog.h>

namespace sluice::cli {

namespace {
constexpr int kMostWarnings = 5;
}

void RunRecorder::on_event(const schedule::Event& event) {
  journal_->on_event(event);
  const std::lock_guard lock(mutex_);
  builder_.on_event(event);
}

void RunRecorder::on_resource(const telemetry::ResourceSample& sample) {
  journal_->on_resource(sample);
  const std::lock_guard lock(mutex_);
  builder_.on_resource(sample);
}

void RunRecorder::on_note(base::Time time, const std::string& text) {
  journal_->on_note(time, text);
  const std::lock_guard lock(mutex_);
  builder_.on_note({time, text});
}

void RunRecorder::on_trouble(base::Time time, const std::string& kind, const std::string& text) {
  on_note(time, text);
  int nth = 0;
  {
    const std::lock_guard lock(mutex_);
    nth = ++warnings_[kind];
  }
  if (nth <= kMostWarnings) spdlog::warn("{}", text);
  if (nth == kMostWarnings) spdlog::warn("more of this kind ({}) goes to the journal only", kind);
}

base::Status RunRecorder::close() {
  auto closed = journal_->close();
  const std::lock_guard lock(mutex_);
  builder_.set_lost(journal_->lost());
  return closed;
}

telemetry::Report RunRecorder::report() {
  const std::lock_guard lock(mutex_);
  return builder_.report();
}

}  // namespace sluice::cli
