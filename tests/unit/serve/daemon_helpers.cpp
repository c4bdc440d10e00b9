#include "daemon_helpers.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <unistd.h>

namespace sluice::serve::doubles {
namespace {

base::Status wait(const std::function<void(Service::StatusDone)>& call) {
  std::promise<base::Status> done;
  auto future = done.get_future();
  call([&](base::Status status) { done.set_value(std::move(status)); });
  return future.get();
}

}  // namespace

schedule::EventSink& FakeObserver::begin(std::uint32_t /*generation*/,
                                         const telemetry::RunHeader& /*header*/) {
  ++generations;
  return *this;
}

std::string FakeObserver::metrics(const ServiceState& state) const {
  return fmt::format("generation {} models {}", state.generation, state.models.size());
}

boost::json::object FakeObserver::live(const ServiceState& state) const {
  return {{"ready", state.ready}};
}

base::Result<boost::json::object> FakeObserver::explain(const std::string& decision) const {
  return base::fail(base::ErrorCode::not_found, "{} is forgotten", decision);
}

base::Result<boost::json::object> FakeObserver::what_if(
    const schedule::SchedulerOptions& options) const {
  return boost::json::object{{"policy", schedule::to_string(options.policy)},
                             {"slots", options.slots}};
}

schedule::SchedulerOptions FakeObserver::recorded_options() const {
  return {};
}

PlannedModel synthetic(const std::string& name, base::Duration base) {
  PlannedModel planned;
  planned.options.name = name;
  planned.options.backend = "synthetic";
  planned.options.synthetic.service.base = base;
  return planned;
}

PlannedTask task_of(const std::string& name, const std::string& model) {
  PlannedTask task;
  task.options.name = name;
  task.model = model;
  return task;
}

Plan small_plan() {
  Plan plan;
  plan.name = "test";
  plan.scheduler.policy = schedule::PolicyKind::fifo;
  plan.scheduler.shedder = schedule::ShedderKind::none;
  plan.default_task.latency_budget = std::chrono::hours(1);
  plan.default_task.queue_capacity = 10000;
  plan.watch_interval = base::kForever;
  plan.watcher.interval = base::kForever;
  plan.grace = std::chrono::hours(1);
  return plan;
}

InferRequest request_for(const std::string& model) {
  auto x = *tensor::Tensor::allocate("x", tensor::DType::fp32, {1, 1});
  std::ranges::fill(x.mutable_as<float>(), 1.0F);
  InferRequest request;
  request.model = model;
  request.id = "mine";
  request.inputs = {x};
  return request;
}

Folder::Folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "sluice-serve-XXXXXX").string();
  root_ = ::mkdtemp(pattern.data());
}

Folder::~Folder() {
  std::filesystem::remove_all(root_);
}

Rig::Rig(Plan first) : plan(std::move(first)) {
  DaemonHooks hooks;
  hooks.read_plan = [this] { return plan; };
  hooks.apply_setting = [](schedule::SchedulerOptions& options, const std::string& setting) {
    if (setting != "slots=7") {
      return base::Status(base::fail(base::ErrorCode::invalid, "no setting {}", setting));
    }
    options.slots = 7;
    return base::Status();
  };
  auto made = Daemon::create(std::move(hooks), clock, observer);
  EXPECT_TRUE(made) << made.error().message;
  daemon = std::move(*made);
}

void Rig::start() {
  daemon->start();
  EXPECT_TRUE(check_files());  // waits its turn
}

base::Status Rig::load(const std::string& name) {
  return wait([&](auto done) { daemon->load(name, std::move(done)); });
}

base::Status Rig::unload(const std::string& name) {
  return wait([&](auto done) { daemon->unload(name, std::move(done)); });
}

base::Status Rig::reload() {
  return wait([&](auto done) { daemon->reload(std::move(done)); });
}

base::Status Rig::check_files() {
  return wait([&](auto done) { daemon->check_files(std::move(done)); });
}

InferReply Rig::infer(InferRequest request) {
  return submit(std::move(request)).get();
}

std::future<InferReply> Rig::submit(InferRequest request, InferHandle* handle) {
  auto promise = std::make_shared<std::promise<InferReply>>();
  auto future = promise->get_future();
  const InferHandle made = daemon->infer(
      std::move(request), [promise](InferReply reply) { promise->set_value(std::move(reply)); });
  if (handle != nullptr) *handle = made;
  return future;
}

std::string Rig::state_of(const std::string& name, const std::string& version) const {
  for (const ModelStatus& status : daemon->models()) {
    if (status.name == name && status.version == version) return to_string(status.state);
  }
  return "ABSENT";
}

std::string Rig::reason_of(const std::string& name, const std::string& version) const {
  for (const ModelStatus& status : daemon->models()) {
    if (status.name == name && status.version == version) return status.reason;
  }
  return "ABSENT";
}

}  // namespace sluice::serve::doubles
