// A daemon with synthetic models, an observer that counts, and calls that wait for their answers.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "serve/daemon.hpp"

namespace sluice::serve::doubles {

/// Remembers what it was told.
class FakeObserver final : public Observer, public schedule::EventSink {
 public:
  schedule::EventSink& begin(std::uint32_t generation, const telemetry::RunHeader& header) override;
  void on_event(const schedule::Event& /*event*/) override { ++events; }
  void on_resource(const telemetry::ResourceSample& /*sample*/, double /*pressure*/) override {
    ++samples;
  }
  void on_call(const char* /*protocol*/, const char* /*call*/, Status /*status*/,
               base::Duration /*latency*/) override {}
  [[nodiscard]] std::string metrics(const ServiceState& state) const override;
  [[nodiscard]] std::vector<ModelStatistics> statistics() const override { return {}; }
  [[nodiscard]] boost::json::object live(const ServiceState& state) const override;
  [[nodiscard]] boost::json::object decisions(const std::string& /*task*/,
                                              const std::string& /*end*/,
                                              std::size_t /*limit*/) const override {
    return {};
  }
  [[nodiscard]] base::Result<boost::json::object> explain(
      const std::string& decision) const override;
  [[nodiscard]] base::Result<boost::json::object> what_if(
      const schedule::SchedulerOptions& options) const override;
  [[nodiscard]] schedule::SchedulerOptions recorded_options() const override;

  std::atomic<std::uint64_t> events = 0;
  std::atomic<std::uint64_t> samples = 0;
  std::atomic<std::uint32_t> generations = 0;
};

/// A model that takes `base` per batch, one instance.
PlannedModel synthetic(const std::string& name, base::Duration base);
PlannedTask task_of(const std::string& name, const std::string& model);
/// One slot, first come first served, no monitor, files looked at only when asked.
Plan small_plan();
/// One row of "x".
InferRequest request_for(const std::string& model);

/// An empty folder of its own, removed at the end.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string path(const std::string& name) const { return (root_ / name).string(); }
  [[nodiscard]] std::string path() const { return root_.string(); }

 private:
  std::filesystem::path root_;
};

class Rig {
 public:
  explicit Rig(Plan first);
  /// Starts, and waits until everything was loaded or failed to.
  void start();
  base::Status load(const std::string& name);
  base::Status unload(const std::string& name);
  base::Status reload();
  base::Status check_files();
  /// Waits for the reply.
  InferReply infer(InferRequest request);
  std::future<InferReply> submit(InferRequest request, InferHandle* handle = nullptr);
  /// The status of a version, "READY" and so on; "ABSENT": not listed.
  [[nodiscard]] std::string state_of(const std::string& name, const std::string& version) const;
  [[nodiscard]] std::string reason_of(const std::string& name, const std::string& version) const;

  base::SteadyClock clock;
  FakeObserver observer;
  base::Result<Plan> plan;  ///< what the next reload reads
  std::unique_ptr<Daemon> daemon;
};

}  // namespace sluice::serve::doubles
