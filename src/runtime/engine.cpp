#include "runtime/engine.hpp"

#include <utility>

#include "runtime/core.hpp"

namespace sluice::runtime {
namespace {

class ThreadedEngine final : public Engine {
 public:
  explicit ThreadedEngine(std::shared_ptr<Core> core) : core_(std::move(core)) {}
  ThreadedEngine(const ThreadedEngine&) = delete;
  ThreadedEngine& operator=(const ThreadedEngine&) = delete;
  ~ThreadedEngine() override { core_->close(); }

  base::Result<schedule::RequestId> submit(const schedule::Submission& submission,
                                           backend::Tensors inputs, Callback done) override {
    return core_->submit(submission, std::move(inputs), std::move(done));
  }
  std::vector<base::Result<schedule::RequestId>> submit_together(
      std::vector<Offer> offers) override {
    return core_->submit_together(std::move(offers));
  }
  base::Result<schedule::RequestId> submit_here(const schedule::Submission& submission,
                                                backend::Tensors&& inputs, Callback done) override {
    // Its own reference: when the call ends, the engine may be gone.
    const std::shared_ptr<Core> core = core_;
    return core->submit_here(submission, std::move(inputs), std::move(done));
  }
  base::Result<std::future<Response>> submit(const schedule::Submission& submission,
                                             backend::Tensors inputs) override {
    auto promise = std::make_shared<std::promise<Response>>();
    std::future<Response> future = promise->get_future();
    auto id = core_->submit(submission, std::move(inputs), [promise](Response response) {
      promise->set_value(std::move(response));
    });
    if (!id) {
      return tl::unexpected(std::move(id.error()));
    }
    return future;
  }
  bool cancel(schedule::RequestId request) override { return core_->cancel(request); }
  void announce(schedule::TaskId task, base::Time at) override { core_->announce(task, at); }
  void set_pressure(double pressure) override { core_->set_pressure(pressure); }
  void wake() override { core_->wake(); }
  void drain(base::Duration grace) override { core_->drain(grace); }
  void stop() override { core_->stop(); }
  [[nodiscard]] schedule::Accounting accounting() const override { return core_->accounting(); }
  [[nodiscard]] schedule::Accounting accounting(schedule::TaskId task) const override {
    return core_->accounting(task);
  }
  [[nodiscard]] const model::Model& model(schedule::ModelId id) const override {
    return core_->model(id);
  }
  [[nodiscard]] std::size_t in_service(schedule::ModelId id) const override {
    return core_->in_service(id);
  }
  [[nodiscard]] const std::string& task_name(schedule::TaskId id) const override {
    return core_->task_name(id);
  }
  [[nodiscard]] std::uint32_t generation() const override { return core_->generation(); }

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace

const char* to_string(FaultKind value) {
  switch (value) {
    case FaultKind::batch_failed:
      return "batch_failed";
    case FaultKind::batch_hung:
      return "batch_hung";
    case FaultKind::call_returned:
      return "call_returned";
    case FaultKind::quarantined:
      return "quarantined";
    case FaultKind::probe_failed:
      return "probe_failed";
    case FaultKind::recovered:
      return "recovered";
    case FaultKind::callback_threw:
      return "callback_threw";
    case FaultKind::no_thread:
      return "no_thread";
  }
  return "unknown";
}

base::Result<std::unique_ptr<Engine>> Engine::create(
    EngineOptions options, std::vector<std::shared_ptr<model::Model>> models,
    const base::Clock& clock, schedule::EventSink& sink) {
  auto core = std::make_shared<Core>(std::move(options), clock, sink);
  if (base::Status status = core->start(std::move(models), schedule::Scheduler::create); !status) {
    core->close();
    return tl::unexpected(std::move(status.error()));
  }
  return std::make_unique<ThreadedEngine>(std::move(core));
}

}  // namespace sluice::runtime
