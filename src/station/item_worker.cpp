#include "station/item_worker.hpp"

#include <algorithm>
#include <future>
#include <utility>

#include <spdlog/spdlog.h>

#include "station/item_parts.hpp"

namespace sluice::station {
namespace {

/// The steps' results, and the camera's verdict on them alone.
void fill_judged(Item& item, const std::string& camera, const InspectionPlan& plan,
                 base::Result<Findings> findings, base::Time captured, store::WallTime today) {
  auto& part = item.cameras[camera];
  if (!findings) return note(item, Stage::inference, camera, findings.error().message);
  fill_findings(item, camera, plan, std::move(*findings));
  rules::CameraJudge judge_once(plan.rules);
  part.verdict = judge(judge_once, plan, part.findings, captured,
                       std::chrono::floor<std::chrono::days>(today));
}

/// The item's verdict: the rule over the cameras that have rules of their own. One that gave
/// nothing counts as NO_DECISION.
rules::Verdict verdict_of(const StationOptions& options, const std::vector<Inspector*>& inspectors,
                          const Item& item) {
  std::vector<rules::CameraDecision> decisions;
  for (std::size_t i = 0; i < options.cameras.size(); ++i) {
    if (inspectors[i]->plan().rules.rules.empty()) continue;
    const auto& name = options.cameras[i].name;
    const auto found = item.cameras.find(name);
    rules::Verdict verdict;
    verdict.reason = "the camera gave nothing to judge";
    if (found != item.cameras.end() && found->second.verdict) {
      verdict = found->second.verdict->verdict;
      for (auto& object : verdict.objects) object = name + '/' + object;
    }
    decisions.push_back({name, std::move(verdict)});
  }
  if (decisions.empty()) {
    return {rules::Decision::no_decision, "", "the station has no rules", {}};
  }
  return rules::evaluate(options.rule.value_or(rules::ItemRule{{}, {}, rules::AllCameras{}}),
                         decisions);
}

}  // namespace

ItemWorker::ItemWorker(const StationOptions& options, std::vector<Inspector*> inspectors,
                       const Surroundings& around, Display& display, Tally& tally)
    : options_(options),
      inspectors_(std::move(inspectors)),
      around_(around),
      display_(display),
      tally_(tally),
      cameras_(options.cameras, around.clock) {}

void ItemWorker::interrupt() {
  cameras_.interrupt();
}

std::optional<Item> ItemWorker::current(const std::string& id) const {
  const std::scoped_lock lock(mutex_);
  return current_ && current_->id == id ? current_ : std::nullopt;
}

void ItemWorker::publish(const Item& item) {
  const std::scoped_lock lock(mutex_);
  current_ = item;
}

void ItemWorker::reach(Item& item, Stage stage, base::Time begun) {
  item.ended[item.stage] = around_.clock.now() - begun;
  item.stage = stage;
  publish(item);
}

ItemWorker::~ItemWorker() {
  if (!unrecorded_) return;
  const auto kept = [](const auto& camera) { return !camera.second.image.empty(); };
  if (std::ranges::any_of(unrecorded_->cameras, kept) ||
      !around_.queue.images().cameras(unrecorded_->id).empty()) {
    around_.queue.release(unrecorded_->id);
  } else {
    // As after a crash: what the cameras gave is gone, and new pictures would show something else.
    around_.queue.abandon(unrecorded_->id);
  }
}

base::Result<bool> ItemWorker::step() {
  if (!unrecorded_) {
    auto claimed = around_.queue.claim(options_.name);
    if (!claimed) return tl::unexpected(claimed.error());
    if (!*claimed) return false;
    unrecorded_ = work(**claimed);
    if (!unrecorded_) return false;
  }
  if (auto kept = conclude(*unrecorded_); !kept) return tl::unexpected(kept.error());
  const auto item = *std::exchange(unrecorded_, std::nullopt);
  {
    const std::scoped_lock lock(mutex_);
    current_.reset();
  }
  if (options_.ended) options_.ended(item);
  return true;
}

std::optional<Item> ItemWorker::work(const Accepted& trigger) {
  Item item;
  item.id = trigger.id;
  item.station = options_.name;
  item.configuration = options_.digest;
  item.trigger = trigger.trigger;
  item.received = trigger.received;
  item.budget = options_.budget;
  const auto begun = trigger.at.value_or(around_.clock.now());
  reach(item, Stage::capture, begun);
  auto captured = capture(item, trigger, begun);
  if (cameras_.interrupted() && !item.errors.empty()) {
    // The station ends: the next one of its name takes the pictures.
    around_.queue.release(item.id);
    return std::nullopt;
  }
  reach(item, Stage::save, begun);
  save(item, captured);
  if (item.trigger.by != "upload") {
    reach(item, Stage::inference, begun);
    infer(item, captured, base::add(begun, options_.budget));
    reach(item, Stage::decision, begun);
    decide(item);
  }
  reach(item, Stage::done, begun);
  if (options_.actions.due && item.verdict) item.actions = options_.actions.due(event_of(item));
  return item;
}

void ItemWorker::infer(Item& item, Captured& captured, base::Time deadline) {
  const auto limit = deadline == base::kNever ? std::nullopt : std::optional(deadline);
  std::vector<std::pair<std::size_t, std::future<base::Result<Findings>>>> running;
  for (std::size_t i = 0; i < options_.cameras.size(); ++i) {
    const auto found = captured.find(options_.cameras[i].name);
    if (found == captured.end() || !found->second) continue;
    running.emplace_back(
        i, std::async(std::launch::async, [inspector = inspectors_[i], sample = *found->second,
                                           limit] { return inspector->inspect(sample, limit); }));
  }
  for (auto& one : running) {
    const auto& name = options_.cameras[one.first].name;
    fill_judged(item, name, inspectors_[one.first]->plan(), one.second.get(),
                captured.find(name)->second->captured, around_.wall());
    display_.found(name, item.cameras[name].findings.objects());
  }
}

void ItemWorker::decide(Item& item) {
  item.verdict = verdict_of(options_, inspectors_, item);
}

base::Status ItemWorker::conclude(const Item& item) {
  if (auto kept = options_.records->put(to_record(item)); !kept) {
    return tl::unexpected(base::with_context("the item cannot be recorded", kept.error()));
  }
  Ending ending;
  if (!item.actions.empty()) {
    ending.within = [&](const store::Database& database) {
      return options_.actions.enqueue(database, event_of(item), item.actions);
    };
  }
  if (options_.next) ending.next = options_.next(item);
  ending.ended = [&] {
    if (item.verdict) tally_.decided(item.decision(), around_.wall());
    if (!item.errors.empty()) tally_.error();
  };
  const auto full = around_.queue.finish(item.id, ending);
  if (!full) return tl::unexpected(full.error());
  for (const auto& station : *full) {
    spdlog::warn("station {}: its trigger by station {} was refused: its queue is full", station,
                 options_.name);
  }
  if (!item.actions.empty() && options_.actions.enqueued) options_.actions.enqueued();
  return {};
}

Item inspect_once(const StationOptions& options, std::size_t camera, Inspector& inspector,
                  camera::Sample sample, const base::Clock& clock, const WallClock& wall) {
  Item item;
  item.station = options.name;
  item.configuration = options.digest;
  item.trigger.by = "try";
  item.received = wall();
  item.stage = Stage::done;
  const auto begun = clock.now();
  const auto captured = sample.captured;
  const auto& name = options.cameras[camera].name;
  item.cameras[name].captured = item.received;
  fill_sample(item.cameras[name], sample);
  fill_judged(item, name, inspector.plan(), inspector.inspect(std::move(sample), std::nullopt),
              captured, item.received);
  item.ended[Stage::inference] = clock.now() - begun;
  const auto& verdict = item.cameras[name].verdict;
  item.verdict = verdict ? verdict->verdict
                         : rules::Verdict{rules::Decision::no_decision,
                                          "",
                                          "the camera has no rules, or gave nothing to judge",
                                          {}};
  item.ended[Stage::decision] = clock.now() - begun;
  return item;
}

action::Event event_of(const Item& item) {
  return {.id = item.id,
          .station = item.station,
          .kind = "item",
          .decision = item.decision(),
          .time = to_string(item.received),
          .details = to_json(item)};
}

}  // namespace sluice::station
