#include "station/stream_worker.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "station/item_parts.hpp"

namespace sluice::station {
namespace {

/// Until a record store that failed is tried again.
constexpr std::chrono::seconds kRecordRetry(10);

}  // namespace

using Change = rules::TemporalRule::Change;

StreamWorker::StreamWorker(const StationOptions& options, std::size_t camera, Inspector& inspector,
                           const Surroundings& around, Display& display, Tally& tally)
    : options_(options),
      source_(options.cameras[camera]),
      inspector_(inspector),
      around_(around),
      display_(display),
      tally_(tally),
      judge_(inspector.plan().rules),
      temporal_(options.event) {}

void StreamWorker::interrupt() {
  const std::scoped_lock lock(mutex_);
  interrupted_ = true;
  if (camera_ != nullptr) camera_->interrupt();
}

bool StreamWorker::interrupted() const {
  const std::scoped_lock lock(mutex_);
  return interrupted_;
}

void StreamWorker::close_live() {
  if (!source_.live) return;
  const std::scoped_lock lock(mutex_);
  camera_.reset();
  counted_ = {};  // the next one counts from zero
}

base::Result<std::shared_ptr<camera::Camera>> StreamWorker::camera() {
  {
    const std::scoped_lock lock(mutex_);
    if (camera_ != nullptr) return camera_;
  }
  auto opened = source_.open();
  if (!opened) return tl::unexpected(opened.error());
  const std::scoped_lock lock(mutex_);
  camera_ = std::move(*opened);
  if (interrupted_) camera_->interrupt();
  return camera_;
}

base::Result<bool> StreamWorker::step(base::Duration timeout) {
  const auto fail = [&](const base::Error& error) {
    if (!interrupted()) display_.failed(source_.name, error.message);
    return tl::unexpected(error);
  };
  if (untold_) {
    if (auto told = tell(); !told) return tl::unexpected(told.error());
  } else if (around_.clock.now() >= record_again_) {
    if (auto kept = record_events(); !kept) {
      spdlog::warn("station {}: {}", options_.name, kept.error().message);
    }
  }
  const auto source = camera();
  if (!source) return fail(source.error());
  auto taken = (*source)->next(timeout);
  account_missed((*source)->statistics());
  if (!taken) return fail(taken.error());
  if (!*taken) return false;
  camera::Sample& sample = **taken;
  tally_.frame_in();
  display_.show(source_.name, sample,
                calendar_time(around_.wall(), around_.clock.now(), sample.captured));
  const auto deadline = base::add(sample.captured, options_.budget);
  auto findings =
      inspector_.inspect(sample, deadline == base::kNever ? std::nullopt : std::optional(deadline));
  if (!findings) {
    tally_.frame_dropped("failed");
    return fail(findings.error());
  }
  account(*findings, sample.captured);
  display_.found(source_.name, findings->objects());
  auto verdict = judge(judge_, inspector_.plan(), *findings, sample.captured,
                       std::chrono::floor<std::chrono::days>(around_.wall()));
  if (!verdict) return true;
  tally_.decided(std::string(rules::to_string(verdict->verdict.decision)), around_.wall());
  const auto event = temporal_.update(verdict->verdict, sample.captured);
  if (event.change == Change::none) return true;
  if (auto kept = raise(sample, std::move(*findings), std::move(*verdict), event); !kept) {
    return tl::unexpected(kept.error());
  }
  return true;
}

void StreamWorker::account(const Findings& findings, base::Time captured) {
  const auto failed = std::ranges::any_of(findings.steps, [](const graph::StepResult& step) {
    return step.state == graph::StepState::failed;
  });
  if (const auto reason = findings.dropped()) {
    tally_.frame_dropped(schedule::to_string(*reason));
  } else if (failed) {
    tally_.frame_dropped("failed");
  } else if (findings.ended > base::add(captured, options_.budget)) {
    tally_.frame_late();
  } else {
    tally_.frame_on_time();
  }
}

void StreamWorker::account_missed(const camera::Statistics& now) {
  const auto count = [&](std::uint64_t& counted, std::uint64_t count_now, const char* reason) {
    for (; counted < count_now; ++counted) {
      tally_.frame_in();
      tally_.frame_dropped(reason);
    }
  };
  count(counted_.replaced, now.replaced, "replaced");
  count(counted_.lost, now.lost, "lost");
}

base::Status StreamWorker::raise(const camera::Sample& sample, Findings findings,
                                 rules::CameraVerdict verdict,
                                 const rules::TemporalRule::Result& event) {
  Item item;
  item.id = new_item_id();
  item.station = options_.name;
  item.configuration = options_.digest;
  item.trigger.by = "source";
  item.received = calendar_time(around_.wall(), around_.clock.now(), sample.captured);
  item.stage = Stage::done;
  item.budget = options_.budget;
  item.verdict = event.verdict;
  item.ended[Stage::capture] = findings.begun - sample.captured;
  item.ended[Stage::inference] = findings.ended - sample.captured;
  item.ended[Stage::decision] = around_.clock.now() - sample.captured;
  auto& part = item.cameras[source_.name];
  part.captured = item.received;
  fill_sample(part, sample);
  fill_findings(item, source_.name, inspector_.plan(), std::move(findings));
  part.verdict = std::move(verdict);
  if (options_.images != nullptr) {
    auto name = keep_image(*options_.images, item, source_.name, sample, options_.jpeg_quality);
    if (name) {
      part.image = std::move(*name);
    } else {
      note(item, Stage::save, source_.name, name.error().message);
    }
  }
  auto told = event_of(item);
  told.kind = event.change == Change::raised ? "raised" : "cleared";
  if (options_.actions.due) item.actions = options_.actions.due(told);
  untold_ = {to_record(item), std::move(told), item.actions};
  auto done = tell();
  if (!item.errors.empty() || !done) tally_.error();
  return done;
}

base::Status StreamWorker::tell() {
  const auto written =
      around_.outbox.add(untold_->record, [&](const store::Database& database) -> base::Status {
        if (untold_->actions.empty()) return {};
        return options_.actions.enqueue(database, untold_->event, untold_->actions);
      });
  if (!written) {
    return tl::unexpected(base::with_context("an event cannot be written", written.error()));
  }
  const bool acted = !std::exchange(untold_, std::nullopt)->actions.empty();
  if (acted && options_.actions.enqueued) options_.actions.enqueued();
  return record_events();
}

base::Status StreamWorker::record_events() {
  const auto fail = [this](const base::Error& error) {
    record_again_ = base::add(around_.clock.now(), kRecordRetry);
    return tl::unexpected(base::with_context("an event cannot be recorded yet", error));
  };
  for (;;) {
    const auto event = around_.outbox.oldest(options_.name);
    if (!event) return fail(event.error());
    if (!*event) break;
    if (auto kept = options_.records->put(**event); !kept) return fail(kept.error());
    if (auto removed = around_.outbox.remove((*event)->id); !removed) return fail(removed.error());
  }
  record_again_ = base::kNever;
  return {};
}

}  // namespace sluice::station
