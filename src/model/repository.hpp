// The models of a run: loaded, checked, warmed up, ready.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "backend/backend.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "model/example.hpp"

namespace sluice::model {

/// Time of a batch of each size: the median of a few timed runs after the warm-up, or what the
/// backend knows without measuring.
struct Profile {
  std::vector<std::pair<std::uint32_t, base::Duration>> batch_times;
  /// Least-squares fit base + n * per_item of batch_times, neither below zero. Both zero without
  /// a warm-up (ModelOptions::warmup is 0).
  base::Duration base{0};
  base::Duration per_item{0};
};

/// A loaded model: `instances` copies, all warmed up. Thread-safe; several engines may share it,
/// their batches then take turns in an instance.
class Model {
 public:
  /// At least one instance. `backend` loads replacements; nullptr: a new one of the options' name.
  Model(backend::ModelOptions options, std::vector<std::unique_ptr<backend::Instance>> instances,
        Profile profile, std::unique_ptr<backend::Backend> backend = nullptr,
        std::string remark = {});
  [[nodiscard]] const backend::ModelOptions& options() const { return options_; }
  [[nodiscard]] const backend::ModelInfo& info() const { return info_; }
  [[nodiscard]] const Profile& profile() const { return profile_; }
  /// What is worth a warning, though the model serves: its warm-up failed, but on sizes that were
  /// guessed. Empty: nothing.
  [[nodiscard]] const std::string& remark() const { return remark_; }
  [[nodiscard]] std::size_t instances() const { return instances_.size(); }
  /// The copy that is in this place now: keep the pointer while using it.
  [[nodiscard]] std::shared_ptr<backend::Instance> instance(std::size_t index) const;

  /// Loads and warms up a further copy and puts it in the place of one that hangs. On an error the
  /// old instance stays in place. Takes as long as loading does; `cancel` ends a warm-up that
  /// hangs as well.
  base::Status replace_instance(std::size_t index, backend::CancelToken* cancel = nullptr);

 private:
  backend::ModelOptions options_;
  backend::ModelInfo info_;
  mutable std::mutex instances_mutex_;
  std::vector<std::shared_ptr<backend::Instance>> instances_;
  Profile profile_;
  std::mutex backend_mutex_;
  std::unique_ptr<backend::Backend> backend_;
  std::string remark_;
};

/// Loads every instance and runs the warm-up (batch sizes 1, 2, 4, ... max_batch) on example
/// inputs. The clock times the warm-up; `cancel` ends it. A warm-up that fails where sizes were
/// guessed (see guesses_sizes()) is a remark, and there is no profile. Errors name the model, what
/// failed, and the remedy.
base::Result<std::unique_ptr<Model>> load(const backend::ModelOptions& options,
                                          const base::Clock& clock,
                                          backend::CancelToken* cancel = nullptr);

/// The same with this backend.
base::Result<std::unique_ptr<Model>> load(std::unique_ptr<backend::Backend> backend,
                                          const backend::ModelOptions& options,
                                          const base::Clock& clock,
                                          backend::CancelToken* cancel = nullptr);

}  // namespace sluice::model
