// How this process uses OpenCV.
#pragma once

namespace sluice::vision::opencv {

/// Called before OpenCV is used; the first call counts. OpenCV's own worker threads are turned
/// off: images are prepared on the thread that asks, and the other cores belong to inference. So
/// is its log: what goes wrong is in our errors. Thread-safe.
void set_up_opencv();

}  // namespace sluice::vision::opencv
