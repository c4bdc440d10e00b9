#include "serve/generation.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <spdlog/spdlog.h>

#include "schedule/validate.hpp"
#include "serve/answer.hpp"
#include "serve/output_check.hpp"
#include "telemetry/journal.hpp"

namespace sluice::serve {

/// Everything that hears of a generation's events.
class Generation::Recorder final : public schedule::EventSink {
 public:
  Recorder(std::unique_ptr<telemetry::Journal> journal, schedule::EventSink& observer)
      : journal_(std::move(journal)), observer_(observer) {}

  void on_event(const schedule::Event& event) override {
    journal_->on_event(event);
    observer_.on_event(event);
  }
  telemetry::Journal& journal() { return *journal_; }

  void on_fault(const runtime::Fault& fault) {
    journal_->on_note(fault.time, fault.message);
    switch (fault.kind) {
      case runtime::FaultKind::recovered:
      case runtime::FaultKind::call_returned:
        spdlog::info("{}", fault.message);
        return;
      case runtime::FaultKind::batch_failed:  // as many as there are requests: the journal has them
        spdlog::debug("{}", fault.message);
        return;
      default:
        spdlog::warn("{}", fault.message);
    }
  }

 private:
  std::unique_ptr<telemetry::Journal> journal_;
  schedule::EventSink& observer_;
};

namespace {

/// A request in the engine: what its answer needs. Owned by the callback, which runs once.
struct Pending {
  std::shared_ptr<const Routes> routes;
  std::uint32_t generation = 0;
  Route route;
  std::string id;
  InferDone done;
};

/// Level n of the schedule policy extension lowers the task's priority by n - 1.
std::int32_t lowered(std::int32_t priority, std::uint64_t level) {
  const auto room =
      static_cast<std::uint64_t>(std::int64_t{priority} - std::numeric_limits<std::int32_t>::min());
  return static_cast<std::int32_t>(priority - static_cast<std::int64_t>(std::min(level - 1, room)));
}

schedule::Submission submission_of(const InferRequest& request, const Route& route,
                                   const schedule::TaskOptions& task, const base::Clock& clock) {
  schedule::Submission submission;
  submission.task = route.task;
  if (request.priority > 1) submission.priority = lowered(task.priority, request.priority);
  if (request.timeout && *request.timeout < task.latency_budget) {
    submission.arrival = clock.now();
    submission.deadline =
        base::add(submission.arrival, std::max(*request.timeout, base::Duration{0}));
  }
  return submission;
}

}  // namespace

Generation::Generation(std::uint32_t number, Routes routes, const base::Clock& clock)
    : number_(number), routes_(std::make_shared<const Routes>(std::move(routes))), clock_(clock) {}

Generation::~Generation() {
  retire(base::Duration{0});
}

base::Result<std::shared_ptr<Generation>> Generation::create(std::uint32_t number, const Plan& plan,
                                                             const Catalog& catalog,
                                                             const base::Clock& clock,
                                                             Observer& observer) {
  auto routes = Routes::create(plan, catalog);
  if (!routes) return tl::unexpected(routes.error());
  std::vector<std::shared_ptr<model::Model>> models;
  for (const ServedVersion& served : routes->versions()) models.push_back(served.model);
  const std::shared_ptr<Generation> made(new Generation(number, std::move(*routes), clock));

  schedule::SchedulerOptions scheduler = made->routes_->scheduler();
  if (!models.empty()) {
    if (plan.open_sources) {
      auto sources = plan.open_sources(scheduler, models);
      if (!sources) return tl::unexpected(sources.error());
      made->sources_ = std::move(*sources);
    }
    if (auto valid = schedule::validate(scheduler); !valid) return tl::unexpected(valid.error());
  }
  const auto header = telemetry::make_run_header(plan.name, scheduler, clock,
                                                 fmt::format("sluice {}", SLUICE_VERSION));
  auto journal = telemetry::Journal::open(plan.journal, header);
  if (!journal) return tl::unexpected(journal.error());
  made->recorder_ = std::make_unique<Recorder>(std::move(*journal), observer.begin(number, header));
  if (models.empty()) return made;

  runtime::EngineOptions options = plan.engine;
  options.generation = number;
  options.scheduler = std::move(scheduler);
  options.on_fault = [recorder = made->recorder_.get()](const runtime::Fault& fault) {
    recorder->on_fault(fault);
  };
  auto engine =
      runtime::Engine::create(std::move(options), std::move(models), clock, *made->recorder_);
  if (!engine) return tl::unexpected(engine.error());
  made->engine_ = std::move(*engine);
  return made;
}

void Generation::start() {
  const std::scoped_lock lock(mutex_);
  if (sources_ != nullptr && engine_ != nullptr) sources_->start(*engine_);
}

std::shared_ptr<runtime::Engine> Generation::engine() const {
  const std::scoped_lock lock(mutex_);
  return engine_;
}

base::Result<schedule::RequestId> Generation::infer(const Route& route, InferRequest& request,
                                                    InferDone& done) {
  if (auto known = check_outputs(route.served->model->info(), request.outputs); !known) {
    return tl::unexpected(std::move(known.error()));
  }
  const auto engine = this->engine();
  if (engine == nullptr) {
    return base::fail(base::ErrorCode::unavailable, "this configuration is no longer in force");
  }
  const auto& task = routes_->scheduler().tasks[route.task];
  auto pending = std::make_unique<Pending>(
      Pending{routes_, number_, route, std::move(request.id), std::move(done)});
  // The engine calls back exactly once if it takes the request, and never if it does not. A bare
  // pointer fits into the callback without a further allocation.
  const auto id =
      engine->submit_here(submission_of(request, route, task, clock_), std::move(request.inputs),
                          [own = pending.get()](runtime::Response response) {
                            const std::unique_ptr<Pending> taken(own);
                            InferReply reply = answer(std::move(response), taken->route,
                                                      *taken->routes, taken->generation);
                            reply.id = std::move(taken->id);
                            taken->done(std::move(reply));
                          });
  if (!id) {
    request.id = std::move(pending->id);
    done = std::move(pending->done);
    return tl::unexpected(id.error());
  }
  static_cast<void>(pending.release());
  if (!request.traceparent.empty()) {
    recorder_->journal().on_note(
        clock_.now(),
        fmt::format("trace {} {}", runtime::decision_name(number_, *id), request.traceparent));
  }
  return *id;
}

void Generation::cancel(schedule::RequestId request) {
  if (const auto engine = this->engine()) engine->cancel(request);
}

void Generation::set_pressure(double pressure) {
  if (const auto engine = this->engine()) engine->set_pressure(pressure);
}

void Generation::on_resource(const telemetry::ResourceSample& sample) {
  recorder_->journal().on_resource(sample);
}

std::size_t Generation::in_service(const ServedVersion& served) const {
  const auto engine = this->engine();
  const auto index = static_cast<schedule::ModelId>(&served - routes_->versions().data());
  return engine != nullptr ? engine->in_service(index) : served.model->instances();
}

void Generation::stop_sources() {
  std::unique_ptr<Sources> sources;
  {
    const std::scoped_lock lock(mutex_);
    sources = std::move(sources_);
  }
}

void Generation::retire(base::Duration grace) {
  stop_sources();
  if (auto engine = this->engine()) {
    engine->drain(grace);
    const std::scoped_lock lock(mutex_);
    engine_.reset();  // it ends with `engine`, outside the lock
  }
  if (recorder_ == nullptr) return;
  if (const auto closed = recorder_->journal().close(); !closed) {
    spdlog::warn("{}", closed.error().message);
  }
}

}  // namespace sluice::serve
