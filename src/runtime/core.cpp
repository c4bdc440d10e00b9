// What callers and threads ask of the scheduler, and what comes of it.
#include "runtime/core.hpp"

#include <algorithm>
#include <utility>

namespace sluice::runtime {

using base::ErrorCode;
using base::Time;

base::Result<schedule::RequestId> Core::submit(const schedule::Submission& submission,
                                               backend::Tensors inputs, Callback done) {
  const Lock lock(mutex_);
  const Time now = clock_.now();
  auto id = admit(submission, inputs, done, now);
  if (id) {
    decide_idle(now);
    hand_over();
  }
  return id;
}

std::vector<base::Result<schedule::RequestId>> Core::submit_together(std::vector<Offer> offers) {
  const Lock lock(mutex_);
  const Time now = clock_.now();
  std::vector<base::Result<schedule::RequestId>> ids;
  ids.reserve(offers.size());
  for (Offer& offer : offers) {
    ids.push_back(admit(offer.submission, offer.inputs, offer.done, now));
  }
  decide_idle(now);
  hand_over();
  return ids;
}

base::Result<schedule::RequestId> Core::admit(const schedule::Submission& submission,
                                              backend::Tensors& inputs, Callback& done, Time now) {
  const std::vector<schedule::TaskOptions>& tasks = options_.scheduler.tasks;
  if (submission.task >= tasks.size()) {
    return base::fail(ErrorCode::invalid, "there is no task {}: the engine has {}", submission.task,
                      tasks.size());
  }
  if (!intake_) {
    return base::fail(ErrorCode::unavailable,
                      "the engine is shutting down: request for task '{}' refused",
                      tasks[submission.task].name);
  }
  if (base::Status status = check_inputs(submission.task, inputs); !status) {
    return tl::unexpected(std::move(status.error()));
  }
  schedule::Submission offered = submission;
  if (offered.arrival == Time{}) {
    offered.arrival = now;
  }
  Payload payload;
  payload.arrival = offered.arrival;
  payload.inputs = std::move(inputs);
  payload.done = std::move(done);
  const schedule::RequestId id = scheduler_->submit(offered, now);
  payload.id = id;
  table_.insert(std::move(payload));
  return id;
}

bool Core::cancel(schedule::RequestId request) {
  const Lock lock(mutex_);
  const Time now = clock_.now();
  const bool cancelled = scheduler_->cancel(request, now);
  decide_idle(now);  // a slot may have been waiting on this request's account
  hand_over();
  return cancelled;
}

void Core::announce(schedule::TaskId task, Time at) {
  const Lock lock(mutex_);
  scheduler_->announce(task, at);
  decide_idle(clock_.now());
  hand_over();
}

void Core::set_pressure(double pressure) {
  const Lock lock(mutex_);
  const Time now = clock_.now();
  scheduler_->set_pressure(pressure, now);
  decide_idle(now);
  hand_over();
}

void Core::wake() {
  const Lock lock(mutex_);
  tick(clock_.now());
  hand_over();
}

void Core::drain(base::Duration grace) {
  Lock lock(mutex_);
  intake_ = false;
  drain_until_ = std::min(drain_until_, base::add(clock_.now(), grace));
  note_due(drain_until_);
  quiet_.wait(lock, [this] { return quiet(); });
}

void Core::stop() {
  const Lock lock(mutex_);
  end_intake(clock_.now());
  for (const Slot& slot : slots_) {
    if (slot.running) {
      outbox_.cancels.push_back(slot.run->cancel);
    }
  }
  hand_over();
}

schedule::Accounting Core::accounting() const {
  const Lock lock(mutex_);
  return scheduler_->accounting();
}

std::size_t Core::in_service(schedule::ModelId id) const {
  const Lock lock(mutex_);
  return models_[id].pool.in_service();
}

schedule::Accounting Core::accounting(schedule::TaskId task) const {
  const Lock lock(mutex_);
  return scheduler_->accounting(task);
}

base::Status Core::check_inputs(schedule::TaskId task, const backend::Tensors& inputs) const {
  const std::vector<schedule::TaskOptions>& tasks = options_.scheduler.tasks;
  // Along the chain of tasks that may take the request over when it is shed.
  for (std::size_t step = 0; step < tasks.size(); ++step) {
    const schedule::TaskOptions& options = tasks[task];
    const ModelState& owner = models_[options.model];
    // An instance out of service may be about to be replaced. With none in service, the request
    // will not run anyway.
    if (const auto instance = owner.pool.any_in_service()) {
      if (base::Status status = owner.model->instance(*instance)->check(inputs); !status) {
        return tl::unexpected(
            base::with_context(fmt::format("task '{}'", options.name), std::move(status.error())));
      }
    }
    if (options.on_shed != schedule::OnShed::degrade) {
      break;
    }
    task = options.degrade_to;
  }
  return {};
}

void Core::decide(schedule::SlotId id, Time now) {
  const schedule::Decision decision = scheduler_->next(id, now);
  if (decision.kind == schedule::Decision::Kind::run) {
    assign(id, decision, now);
    wake_slot(id);
  }
}

void Core::wake_slot(schedule::SlotId id) {
  if (slots_[id].idle) {
    slots_[id].wake.notify_one();
  }
}

void Core::decide_idle(Time now) {
  for (schedule::SlotId id = 0; id < slots_.size(); ++id) {
    if (slots_[id].idle && !slots_[id].running) {
      decide(id, now);
    }
  }
}

void Core::assign(schedule::SlotId id, const schedule::Decision& decision, Time now) {
  Slot& slot = slots_[id];
  Run& run = *slot.run;
  run.batch = decision.batch;
  run.model = decision.model;
  ModelState& model = models_[decision.model];
  run.instance = model.pool.lease();
  run.copy = run.instance ? model.model->instance(*run.instance) : nullptr;
  run.started = now;
  run.requests.assign(decision.requests.begin(), decision.requests.end());
  run.inputs.clear();
  for (const schedule::RequestId request : run.requests) {
    Payload& payload = *table_.find(request);
    payload.started = now;
    run.inputs.push_back(std::move(payload.inputs));
  }
  if (run.cancel == nullptr || run.cancel.use_count() > 1 || run.cancel->cancelled()) {
    run.cancel = std::make_shared<backend::CancelToken>();
  }
  slot.running = true;
  ++running_;
  note_due(base::add(now, options_.hang_timeout));
}

void Core::conclude(schedule::SlotId id, BatchResult result) {
  const Time now = clock_.now();
  Slot& slot = slots_[id];
  const Run& run = *slot.run;
  std::size_t failed = 0;
  const base::Error* error = nullptr;
  for (std::size_t i = 0; i < run.requests.size(); ++i) {
    Payload& payload = *table_.find(run.requests[i]);
    if (auto& outputs = result.requests[i]; outputs) {
      payload.outputs = std::move(*outputs);
    } else {
      ++failed;
      error = &outputs.error();
      payload.error = error->message;
      scheduler_->fail(run.requests[i]);
    }
  }
  slot.running = false;
  --running_;
  const bool ok = failed < run.requests.size();
  scheduler_->finished(run.batch, ok, now, failed == 0 && !result.together);
  if (ok && result.together) {
    note(FaultKind::batch_failed, run.model, *run.instance, id,
         fmt::format("a batch of {} failed, and by themselves {} of its requests: {}",
                     run.requests.size(), failed, result.together->message),
         now);
  }
  judge(run, id, ok ? nullptr : error, now);
  after_change();
}

void Core::end_intake(Time now) {
  intake_ = false;
  stopping_ = true;
  drain_until_ = base::kNever;
  give_up_at_ = std::min(give_up_at_, base::add(now, options_.stop_timeout));
  note_due(give_up_at_);
  scheduler_->drop_all(schedule::DropReason::shutdown, now);
}

void Core::settle() {
  for (const End& end : tap_.ended()) {
    std::optional<Payload> payload = table_.take(end.request);
    if (!payload) {
      continue;
    }
    Response response;
    response.id = end.request;
    response.outcome = end.outcome;
    response.reason = end.reason;
    response.numbers = end.numbers;
    response.protects = end.other_task;
    response.model = end.model;
    response.error = std::move(payload->error);
    response.outputs = std::move(payload->outputs);
    const bool started = payload->started != base::kNever;
    response.latency = end.time - payload->arrival;
    response.service = started ? end.time - payload->started : base::Duration{0};
    response.queued = response.latency - response.service;
    outbox_.completions.push_back(
        {std::move(payload->done), std::move(response), std::move(payload->inputs)});
  }
  tap_.clear();
}

void Core::after_change() {
  settle();
  note_due(scheduler_->wake_at());
  if (quiet()) {
    quiet_.notify_all();
  }
}

void Core::hand_over() {
  after_change();
  if (!outbox_.empty()) {
    rouse_keeper();
  }
}

bool Core::quiet() const {
  return table_.size() == 0 && running_ == 0 && outbox_.empty() && delivering_ == 0;
}

}  // namespace sluice::runtime
