// Stand-ins for what an engine works with: instances that do as told, gates that hold them,
// recorders of what the engine says.
#pragma once

#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/manual_clock.hpp"
#include "runtime/engine.hpp"

namespace sluice::runtime::doubles {

using namespace std::chrono_literals;  // NOLINT: test code
using Batch = std::span<const backend::Tensors>;
using Results = base::Result<std::vector<backend::Tensors>>;
using Behaviour = std::function<Results(Batch, backend::CancelToken&)>;

inline tensor::Tensor number(const std::string& name, float value) {
  auto tensor = tensor::Tensor::allocate(name, tensor::DType::fp32, {1, 1});
  reinterpret_cast<float*>(tensor->mutable_data().data())[0] = value;
  return *tensor;
}
inline backend::Tensors input(float value) {
  return {number("x", value)};
}
inline float value_of(const backend::Tensors& tensors) {
  return tensors.at(0).as<float>()[0];
}

/// y = 2x for every request: what a healthy instance does.
inline Results doubled(Batch batch, backend::CancelToken&) {
  std::vector<backend::Tensors> results;
  for (const backend::Tensors& tensors : batch) {
    results.push_back({number("y", 2 * value_of(tensors))});
  }
  return results;
}

inline Results broken(Batch, backend::CancelToken&) {
  return base::fail(base::ErrorCode::internal, "the device is on fire");
}

/// Input "x", FP32 [-1,1], and output "y", FP32 [-1,-1]; check() wants exactly one FP32 tensor.
class FakeInstance final : public backend::Instance {
 public:
  FakeInstance(std::string name, Behaviour behaviour) : behaviour_(std::move(behaviour)) {
    info_.name = std::move(name);
    info_.inputs = {{"x", tensor::DType::fp32, {-1, 1}}};
    info_.outputs = {{"y", tensor::DType::fp32, {-1, -1}}};
  }
  [[nodiscard]] const backend::ModelInfo& info() const override { return info_; }
  void set_outputs(std::vector<backend::TensorInfo> outputs) { info_.outputs = std::move(outputs); }
  Results run(Batch batch, backend::CancelToken& cancel) override {
    return behaviour_(batch, cancel);
  }
  [[nodiscard]] bool only_computes() const override { return true; }
  [[nodiscard]] base::Status check(const backend::Tensors& inputs) const override {
    if (inputs.size() != 1 || inputs[0].dtype() != tensor::DType::fp32) {
      return base::fail(base::ErrorCode::invalid, "model '{}' wants one FP32 input", info_.name);
    }
    return {};
  }

 private:
  backend::ModelInfo info_;
  Behaviour behaviour_;
};

/// Loads instances that behave so.
class FakeBackend final : public backend::Backend {
 public:
  explicit FakeBackend(Behaviour behaviour) : behaviour_(std::move(behaviour)) {}
  base::Result<std::unique_ptr<backend::Instance>> load(
      const backend::ModelOptions& options) override {
    return std::make_unique<FakeInstance>(options.name, behaviour_);
  }

 private:
  Behaviour behaviour_;
};

/// One instance per behaviour. `backend` loads replacements.
inline std::unique_ptr<model::Model> make_model(const std::string& name,
                                                const std::vector<Behaviour>& behaviours,
                                                std::uint32_t max_batch = 1,
                                                std::unique_ptr<backend::Backend> backend = {}) {
  backend::ModelOptions options;
  options.name = name;
  options.max_batch = max_batch;
  options.instances = static_cast<std::uint32_t>(behaviours.size());
  std::vector<std::unique_ptr<backend::Instance>> instances;
  for (const Behaviour& behaviour : behaviours) {
    instances.push_back(std::make_unique<FakeInstance>(name, behaviour));
  }
  return std::make_unique<model::Model>(std::move(options), std::move(instances), model::Profile{},
                                        std::move(backend));
}

/// Holds whoever passes until it is opened, and lets a test wait until somebody is there.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void await(std::size_t arrived) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return arrived_ >= arrived; });
  }
  void open() {
    const std::scoped_lock lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t arrived_ = 0;
  bool open_ = false;
};

/// A healthy instance that stands at `gate` first, deaf to cancellation.
inline Behaviour behind(std::shared_ptr<Gate> gate) {
  return [gate = std::move(gate)](Batch batch, backend::CancelToken& cancel) {
    gate->pass();
    return doubled(batch, cancel);
  };
}

/// Thread-safe list that a test can wait on.
template <class T>
class Log {
 public:
  void add(T item) {
    const std::scoped_lock lock(mutex_);
    items_.push_back(std::move(item));
    changed_.notify_all();
  }
  /// Waits until `count` items match and returns the last of them.
  template <class Condition>
  T await(Condition matches, std::size_t count = 1) {
    std::unique_lock lock(mutex_);
    T found{};
    changed_.wait(lock, [&] {
      std::size_t n = 0;
      for (const T& item : items_) {
        if (matches(item) && ++n == count) {
          found = item;
          return true;
        }
      }
      return false;
    });
    return found;
  }
  template <class Condition>
  [[nodiscard]] std::size_t count(Condition matches) const {
    const std::scoped_lock lock(mutex_);
    std::size_t n = 0;
    for (const T& item : items_) {
      n += matches(item) ? 1U : 0U;
    }
    return n;
  }
  [[nodiscard]] std::vector<T> all() const {
    const std::scoped_lock lock(mutex_);
    return items_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<T> items_;
};

class Events final : public schedule::EventSink, public Log<schedule::Event> {
 public:
  void on_event(const schedule::Event& event) override { add(event); }
  [[nodiscard]] std::size_t count_of(schedule::EventKind kind) const {
    return count([kind](const schedule::Event& event) { return event.kind == kind; });
  }
};

class Faults : public Log<Fault> {
 public:
  Fault await_kind(FaultKind kind, std::size_t count = 1) {
    return await([kind](const Fault& fault) { return fault.kind == kind; }, count);
  }
};

/// An engine with everything around it. Time stands still unless a test moves it.
struct Rig {
  base::ManualClock clock;
  Events events;
  Faults faults;
  EngineOptions options;
  std::vector<std::shared_ptr<model::Model>> models;
  std::unique_ptr<Engine> engine;

  Rig() {
    clock.set(base::Time(100s));
    options.scheduler.policy = schedule::PolicyKind::fifo;
    options.scheduler.shedder = schedule::ShedderKind::none;
    options.on_fault = [this](const Fault& fault) { faults.add(fault); };
  }

  /// Adds a model and one task for it, which has the same number.
  schedule::TaskOptions& add(std::unique_ptr<model::Model> model) {
    schedule::TaskOptions task;
    task.name = "task of " + model->options().name;
    task.model = static_cast<schedule::ModelId>(models.size());
    models.push_back(std::move(model));
    options.scheduler.tasks.push_back(task);
    return options.scheduler.tasks.back();
  }

  void start() {
    auto made = Engine::create(options, std::move(models), clock, events);
    ASSERT_TRUE(made) << made.error().message;
    engine = std::move(*made);
  }

  std::future<Response> submit(float value, schedule::TaskId task = 0) {
    schedule::Submission submission;
    submission.task = task;
    auto response = engine->submit(submission, input(value));
    EXPECT_TRUE(response) << response.error().message;
    return response ? std::move(*response) : std::future<Response>();
  }

  void pass_time(base::Duration duration) {
    clock.advance(duration);
    engine->wake();
  }
};

}  // namespace sluice::runtime::doubles
