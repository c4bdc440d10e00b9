// Folders of images.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace sluice::vision {

/// The image files of a folder (jpg, jpeg, png, bmp, ppm, webp, tif, tiff; not of its
/// sub-folders, no hidden files), sorted by name. Errors: no such folder, not a folder, no image
/// in it.
base::Result<std::vector<std::string>> list_images(const std::string& folder);

}  // namespace sluice::vision
