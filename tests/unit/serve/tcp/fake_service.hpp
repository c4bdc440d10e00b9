// A service whose one model answers at once with its inputs, or when the test says so.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "serve/service.hpp"

namespace sluice::serve::tcp {

class FakeService : public Service {
 public:
  /// Requests wait until answer_all() or until they are cancelled.
  bool hold = false;
  /// What every request is refused with, unless Status::ok.
  Refusal refusal;
  bool refuses = false;

  InferHandle infer(InferRequest request, InferDone done) override {
    InferReply reply;
    reply.model = request.model;
    reply.version = "1";
    reply.id = request.id;
    reply.decision = "1-7";
    reply.latency = std::chrono::microseconds(30);
    reply.queued = std::chrono::microseconds(10);
    reply.service = std::chrono::microseconds(20);
    reply.outputs = request.inputs;
    if (refuses) {
      reply.status = refusal.status;
      reply.refusal = refusal;
    }
    std::unique_lock lock(shared_->mutex);
    last = std::move(request);
    if (!hold) {
      lock.unlock();
      done(std::move(reply));
      return {};
    }
    const auto id = ++shared_->count;
    shared_->held.emplace(id, Held{std::move(reply), std::move(done)});
    shared_->changed.notify_all();
    return InferHandle([shared = shared_, id] { cancel(*shared, id); });
  }

  /// Blocks until that many requests wait.
  void wait_for_held(std::size_t count) {
    std::unique_lock lock(shared_->mutex);
    shared_->changed.wait(lock, [&] { return shared_->held.size() == count; });
  }
  /// Blocks until that many requests were cancelled.
  void wait_for_cancelled(std::size_t count) {
    std::unique_lock lock(shared_->mutex);
    shared_->changed.wait(lock, [&] { return shared_->cancelled == count; });
  }
  /// Answers the held request of that number, counted from 1.
  void answer(std::uint64_t number) {
    std::unique_lock lock(shared_->mutex);
    auto node = shared_->held.extract(number);
    lock.unlock();
    node.mapped().done(std::move(node.mapped().reply));
  }
  std::size_t held() {
    const std::lock_guard lock(shared_->mutex);
    return shared_->held.size();
  }

  ServerInfo info() const override { return {"sluice", "0.1.0", {}}; }
  bool live() const override { return true; }
  bool ready() const override { return true; }
  std::string not_ready_reason() const override { return {}; }
  base::Result<ModelDescription> model(const std::string& name,
                                       const std::string& version) const override {
    if (name != "echo") {
      return base::fail(base::ErrorCode::not_found, "there is no model \"{}\"", name);
    }
    ModelDescription model;
    model.name = name;
    model.version = version.empty() ? "1" : version;
    model.versions = {"1"};
    model.platform = "fake";
    model.info.name = name;
    model.info.inputs = {{"x", tensor::DType::fp32, {-1, 2}}, {"y", tensor::DType::int32, {-1}}};
    model.info.outputs = {{"z", tensor::DType::fp32, {}, true}};
    model.max_batch = 4;
    model.tasks = {"labels"};
    return model;
  }
  std::vector<ModelStatus> models() const override {
    return {{"echo", "1", ModelState::ready, ""},
            {"broken", "", ModelState::unavailable, "no such file"}};
  }
  base::Result<std::vector<ModelStatistics>> statistics(const std::string&,
                                                        const std::string&) const override {
    return {};
  }
  void load(const std::string&, StatusDone done) override { done({}); }
  void unload(const std::string&, StatusDone done) override { done({}); }
  void reload(StatusDone done) override { done({}); }
  std::string metrics() const override { return {}; }
  boost::json::object live_view() const override { return {}; }
  boost::json::object decisions(const std::string&, const std::string&,
                                std::size_t) const override {
    return {};
  }
  base::Result<boost::json::object> explain(const std::string&) const override { return {}; }
  base::Result<boost::json::object> what_if(const boost::json::object&) const override {
    return {};
  }
  boost::json::object configuration() const override { return {}; }

  InferRequest last;  ///< read it after its answer came

 private:
  struct Held {
    InferReply reply;
    InferDone done;
  };
  struct Shared {
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::uint64_t, Held> held;
    std::uint64_t count = 0;
    std::size_t cancelled = 0;
  };
  static void cancel(Shared& shared, std::uint64_t id) {
    std::unique_lock lock(shared.mutex);
    auto node = shared.held.extract(id);
    if (node.empty()) return;
    ++shared.cancelled;
    shared.changed.notify_all();
    lock.unlock();
    auto& held = node.mapped();
    held.reply.status = held.reply.refusal.status = Status::cancelled;
    held.reply.refusal.reason = "cancelled";
    held.reply.outputs.clear();
    held.done(std::move(held.reply));
  }
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

}  // namespace sluice::serve::tcp
