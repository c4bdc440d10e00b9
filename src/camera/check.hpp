// Options that cannot be.
#pragma once

#include <string>

#include "base/result.hpp"
#include "camera/options.hpp"

namespace sluice::camera {

/// What can be said without looking at files, devices or networks. Errors (invalid) name the
/// option and say what it may be.
base::Status check(const CameraOptions& options);

/// A URL without what may be secret, for messages: "rtsp://10.0.0.7:554". Some cameras want the
/// password in the path.
std::string shown_url(const std::string& url);

}  // namespace sluice::camera
