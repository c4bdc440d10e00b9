// A service with one model that gives its inputs back, and a task that can be held up.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "serve/service.hpp"

namespace sluice::serve::http {

/// Model "echo": as many outputs as inputs, of the same names. Other models: not found.
class FakeService : public Service {
 public:
  InferHandle infer(InferRequest request, InferDone done) override {
    InferReply reply;
    reply.model = request.model;
    reply.version = "1";
    reply.id = request.id;
    reply.decision = "1-7";
    reply.outputs = request.inputs;
    if (request.model != "echo") {
      reply.status = Status::not_found;
      reply.refusal.message = "there is no such model";
    } else if (refusal) {
      reply.status = refusal->status;
      reply.refusal = *refusal;
    }
    const std::lock_guard lock(mutex);
    last = std::move(request);
    if (!hold) {
      done(std::move(reply));
      return {};
    }
    held.emplace_back(std::move(reply), std::move(done));
    changed.notify_all();
    return InferHandle([this] {
      const std::lock_guard inner(mutex);
      ++cancelled;
      changed.notify_all();
    });
  }

  /// Waits until `count` inferences are held.
  void await_held(std::size_t count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return held.size() >= count; });
  }
  void await_cancelled(std::size_t count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return cancelled >= count; });
  }
  /// Answers what is held, the newest first.
  void release() {
    std::vector<std::pair<InferReply, InferDone>> all;
    {
      const std::lock_guard lock(mutex);
      all.swap(held);
    }
    for (auto at = all.rbegin(); at != all.rend(); ++at) at->second(std::move(at->first));
  }

  ServerInfo info() const override { return {"sluice", "0.1.0", {"binary_tensor_data"}}; }
  bool live() const override { return true; }
  bool ready() const override { return is_ready; }
  std::string not_ready_reason() const override { return is_ready ? "" : "draining"; }
  base::Result<ModelDescription> model(const std::string& name,
                                       const std::string& version) const override {
    if (name != "echo" || (!version.empty() && version != "1")) {
      return base::fail(base::ErrorCode::not_found, "there is no such model or version");
    }
    ModelDescription model;
    model.name = name;
    model.version = "1";
    model.versions = {"1"};
    model.platform = "sluice_synthetic";
    model.info.backend = "synthetic";
    model.info.inputs = {{"x", tensor::DType::fp32, {-1, 3}, false}};
    model.info.outputs = {{"x", tensor::DType::fp32, {-1, 3}, false},
                          {"s", tensor::DType::bytes, {-1}, false}};
    model.max_batch = max_batch;
    model.labels["x"] = {"cat", "dog"};
    return model;
  }
  std::vector<ModelStatus> models() const override {
    return {{"echo", "1", ModelState::ready, ""},
            {"other", "", ModelState::unavailable, "never loaded"}};
  }
  base::Result<std::vector<ModelStatistics>> statistics(const std::string& name,
                                                        const std::string&) const override {
    if (!name.empty() && name != "echo") {
      return base::fail(base::ErrorCode::not_found, "there is no such model");
    }
    ModelStatistics one;
    one.name = "echo";
    one.version = "1";
    one.inferences = 5;
    one.batches = {{2, {3, std::chrono::microseconds(7)}}};
    return std::vector<ModelStatistics>{one};
  }
  void load(const std::string& name, StatusDone done) override { done(known(name)); }
  void unload(const std::string& name, StatusDone done) override { done(known(name)); }
  void reload(StatusDone done) override {
    done(base::fail(base::ErrorCode::invalid, "tasks: nothing there"));
  }
  std::string metrics() const override { return std::string(4000, '#') + "\n"; }
  boost::json::object live_view() const override { return {{"node", "n"}}; }
  boost::json::object decisions(const std::string& task, const std::string& end,
                                std::size_t limit) const override {
    return {{"task", task}, {"end", end}, {"limit", limit}};
  }
  base::Result<boost::json::object> explain(const std::string& decision) const override {
    if (decision != "1-7") return base::fail(base::ErrorCode::not_found, "no such request");
    return boost::json::object{{"decision", decision}};
  }
  base::Result<boost::json::object> what_if(const boost::json::object& settings) const override {
    return settings;
  }
  boost::json::object configuration() const override { return {{"generation", 3}}; }

  std::mutex mutex;
  std::condition_variable changed;
  InferRequest last;
  std::optional<Refusal> refusal;  ///< what inferences get; nullopt: their outputs
  std::uint32_t max_batch = 1;
  bool hold = false;
  std::vector<std::pair<InferReply, InferDone>> held;
  std::size_t cancelled = 0;
  std::atomic<bool> is_ready{true};

 private:
  static base::Status known(const std::string& name) {
    if (name == "echo") return {};
    return base::fail(base::ErrorCode::not_found, "there is no such model");
  }
};

}  // namespace sluice::serve::http
