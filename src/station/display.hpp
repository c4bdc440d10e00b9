// What a station's cameras saw last, for people who look.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "camera/sample.hpp"
#include "store/record_store.hpp"
#include "vision/object.hpp"

namespace sluice::station {

/// A camera as it is seen from outside.
struct CameraState {
  bool failed = false;
  std::string error;         ///< of the last attempt; empty: it went well
  store::WallTime captured;  ///< the epoch: nothing yet
};

/// Thread-safe.
class Display {
 public:
  /// `captured`: by the calendar. Returns whether it had failed before.
  bool show(const std::string& camera, const camera::Sample& sample, store::WallTime captured);
  /// What was found on the sample shown last.
  void found(const std::string& camera, std::vector<vision::Object> objects);
  /// Returns whether it had not failed before.
  bool failed(const std::string& camera, const std::string& error);

  /// The last image as a JPEG file; `overlay`: with what was found drawn on it. Errors: not_found
  /// (no image yet), as Decoder.
  [[nodiscard]] base::Result<std::string> picture(const std::string& camera, bool overlay) const;
  [[nodiscard]] CameraState state(const std::string& camera) const;

 private:
  struct Shown {
    camera::Sample sample;
    std::vector<vision::Object> objects;
    CameraState state;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Shown> shown_;
};

}  // namespace sluice::station
