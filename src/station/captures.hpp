// The samples of an item: from its cameras, from the trigger, or from before a crash.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "camera/camera.hpp"
#include "station/options.hpp"

namespace sluice::station {

/// A sample, or why there is none.
using Captured = std::map<std::string, base::Result<camera::Sample>>;

/// The station's open cameras. interrupt() is for any thread, the rest for one.
class Cameras {
 public:
  /// A camera that cannot be opened is tried again with each item. `clock` is what they were given.
  Cameras(const std::vector<CameraOptions>& options, const base::Clock& clock);

  /// One sample of each, all at once. Of a live camera: one captured at `since` or later.
  Captured take(base::Time since, base::Duration timeout);

  /// Closes devices that others may want; the next take() opens them again. Not during a take().
  void close_live();

  /// Ends a take() that waits, and all later ones.
  void interrupt();
  [[nodiscard]] bool interrupted() const { return interrupted_; }

 private:
  struct Slot {
    const CameraOptions* options;
    std::mutex mutex;  ///< guards `camera` against interrupt()
    std::shared_ptr<camera::Camera> camera;
  };
  base::Result<camera::Sample> take_one(Slot& slot, base::Time since, base::Duration timeout);
  base::Result<std::shared_ptr<camera::Camera>> opened(Slot& slot);

  const std::vector<CameraOptions> options_;
  const base::Clock& clock_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::atomic<bool> interrupted_{false};
};

/// An image file that came from outside as a sample. Error (invalid): not an image.
base::Result<camera::Sample> sample_of(std::string name, std::string file, base::Time captured);

}  // namespace sluice::station
