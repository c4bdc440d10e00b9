// What stands behind a Daemon. Internal to serve/.
#pragma once

#include <future>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "backend/cancel_token.hpp"
#include "serve/catalog.hpp"
#include "serve/daemon.hpp"
#include "serve/generation.hpp"
#include "serve/job_thread.hpp"

namespace sluice::serve {

/// LOCKING: `mutex_` guards what requests and views read, and is held only to look. A submission to
/// a generation that is replaced meanwhile is refused there and goes to the next one. What only the
/// management thread uses needs no lock. `done` callbacks run without it.
class DaemonImpl final : public Daemon {
 public:
  DaemonImpl(DaemonHooks hooks, Plan plan, const base::Clock& clock, Observer& observer);
  DaemonImpl(const DaemonImpl&) = delete;
  DaemonImpl& operator=(const DaemonImpl&) = delete;
  ~DaemonImpl() override;

  // daemon.cpp
  void start() override;
  void drain(base::Duration grace) override;
  InferHandle infer(InferRequest request, InferDone done) override;
  void load(const std::string& name, StatusDone done) override;
  void unload(const std::string& name, StatusDone done) override;
  void reload(StatusDone done) override;
  void check_files(StatusDone done) override;

  // daemon_views.cpp
  [[nodiscard]] ServerInfo info() const override;
  [[nodiscard]] bool live() const override { return true; }
  [[nodiscard]] bool ready() const override;
  [[nodiscard]] std::string not_ready_reason() const override;
  [[nodiscard]] base::Result<ModelDescription> model(const std::string& name,
                                                     const std::string& version) const override;
  [[nodiscard]] std::vector<ModelStatus> models() const override;
  [[nodiscard]] base::Result<std::vector<ModelStatistics>> statistics(
      const std::string& name, const std::string& version) const override;
  [[nodiscard]] std::string metrics() const override;
  [[nodiscard]] boost::json::object live_view() const override;
  [[nodiscard]] boost::json::object decisions(const std::string& task, const std::string& end,
                                              std::size_t limit) const override;
  [[nodiscard]] base::Result<boost::json::object> explain(
      const std::string& decision) const override;
  [[nodiscard]] base::Result<boost::json::object> what_if(
      const boost::json::object& settings) const override;
  [[nodiscard]] boost::json::object configuration() const override;

 private:
  /// What views show of a catalog's entry.
  struct Shown {
    ModelStatus status;
    bool wanted = true;
  };
  /// Everything that views read, taken at one moment.
  struct Snapshot {
    std::shared_ptr<Generation> current;
    std::vector<std::shared_ptr<Generation>> retiring;
    std::vector<Shown> shown;
    bool draining = false;
    std::string configuration_error;
  };

  // daemon_models.cpp: management thread only.
  base::Status load_all();
  base::Status load_model(const std::string& name);
  base::Status unload_model(const std::string& name);
  base::Status reload_configuration();
  base::Status watch();
  base::Result<Catalog> load_changed(const Plan& plan);
  bool refresh(Catalog& entries, Catalog found);
  base::Status switch_to(Plan plan, Catalog catalog);
  void publish(const Catalog& catalog, const std::string& loading = {});
  void start_watcher();

  /// Where a request goes.
  struct Place {
    std::shared_ptr<Generation> generation;
    Route route;
  };
  [[nodiscard]] tl::expected<Place, Refusal> place_of(const InferRequest& request) const;
  [[nodiscard]] bool in_force(const std::shared_ptr<Generation>& generation) const;
  [[nodiscard]] std::shared_ptr<Generation> current() const;
  [[nodiscard]] Snapshot snapshot() const;
  [[nodiscard]] Refusal missing(const std::string& model, const base::Error& error) const;
  [[nodiscard]] ServiceState state() const;
  static std::string reason_in(const Snapshot& now);
  static std::vector<ModelStatus> statuses_in(const Snapshot& now);

  const DaemonHooks hooks_;
  const base::Clock& clock_;
  Observer& observer_;
  backend::CancelToken cancel_loads_;

  // The management thread's own.
  Plan plan_;
  Catalog catalog_;
  std::map<std::string, FileStamp> changing_;  ///< files that differed in the last look
  std::uint32_t last_number_ = 0;
  std::vector<std::future<void>> retirements_;
  std::unique_ptr<monitor::Watcher> watcher_;

  mutable std::mutex mutex_;
  std::shared_ptr<Generation> current_;
  std::vector<std::shared_ptr<Generation>> retiring_;
  std::vector<Shown> shown_;
  boost::json::object configuration_;
  std::string configuration_error_;
  bool draining_ = false;

  JobThread jobs_;
};

}  // namespace sluice::serve
