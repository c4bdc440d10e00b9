// From a configuration's stations to stations that can work.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "config/config.hpp"
#include "model/repository.hpp"
#include "mqtt/client.hpp"
#include "schedule/options.hpp"
#include "serve/plan.hpp"
#include "station/hub.hpp"
#include "store/blob_store.hpp"
#include "store/record_store.hpp"

namespace sluice::cli {

/// The task of a step: "STATION.CAMERA.STEP".
[[nodiscard]] std::string step_task_name(const std::string& station, const std::string& camera,
                                         const std::string& step);

/// One task for each step of each station; clients cannot name them.
[[nodiscard]] std::vector<serve::PlannedTask> step_tasks(const config::Config& config);

/// What stations of successive configurations share: open stores and broker connections, which a
/// reload must not close and open anew. Thread-safe.
class SharedParts {
 public:
  /// `clock` outlives the parts.
  explicit SharedParts(const base::Clock& clock) : clock_(clock) {}

  /// The store with these options, opened once. Errors: as store::open_blob_store().
  base::Result<std::shared_ptr<store::BlobStore>> blobs(const store::BlobStoreOptions& options,
                                                        const std::string& key);
  base::Result<std::shared_ptr<store::RecordStore>> records(
      const store::RecordStoreOptions& options, const std::string& key);
  /// A connection to the broker "mqtt://[USER:PASSWORD@]HOST[:PORT]". Error (invalid): the URL.
  base::Result<std::shared_ptr<mqtt::Client>> broker(const std::string& url);

 private:
  const base::Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<store::BlobStore>> blobs_;
  std::map<std::string, std::weak_ptr<store::RecordStore>> records_;
  std::map<std::string, std::weak_ptr<mqtt::Client>> brokers_;
};

/// The stations whose models are loaded; the others are left out, with a warning. `models` are in
/// the order of the scheduler's. A station that cannot work (a store that cannot be opened, a step
/// that does not fit its model, a rule that names a label which the model does not have) is listed
/// as failed if `may_fail` says so of its digest; else it is the error, which names it.
[[nodiscard]] base::Result<station::StationSet> build_stations(
    const config::Config& config, const schedule::SchedulerOptions& scheduler,
    const std::vector<std::shared_ptr<model::Model>>& models, SharedParts& parts,
    const base::Clock& clock, const std::function<bool(const std::string& digest)>& may_fail);

}  // namespace sluice::cli
