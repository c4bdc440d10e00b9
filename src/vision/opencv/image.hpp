// Image files to pixels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <opencv2/core/mat.hpp>

#include "base/result.hpp"

namespace sluice::vision::opencv {

/// Largest image that is decoded (100 megapixels): 300 MB of pixels.
inline constexpr std::uint64_t kMaxPixels = 100'000'000;

/// Image file (JPEG, PNG, BMP, PPM, WebP, TIFF) to 8-bit BGR, turned upright as its EXIF
/// orientation says; transparency is ignored. Errors name the file: missing, unreadable, corrupt,
/// cut off, or larger than kMaxPixels (found before decoding). Thread-safe.
base::Result<cv::Mat> load_image(const std::string& path);

/// The same for a file in memory.
base::Result<cv::Mat> decode_image(std::span<const std::byte> file);

}  // namespace sluice::vision::opencv
