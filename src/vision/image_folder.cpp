#include "vision/image_folder.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace sluice::vision {
namespace {

using base::ErrorCode;
namespace fs = std::filesystem;

constexpr std::array<std::string_view, 8> kExtensions{".jpg", ".jpeg", ".png", ".bmp",
                                                      ".ppm", ".webp", ".tif", ".tiff"};

bool is_image(const fs::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

}  // namespace

base::Result<std::vector<std::string>> list_images(const std::string& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (!fs::exists(status)) {
    return base::fail(ErrorCode::not_found,
                      "{}: no such folder; set the source's path to a folder of images", folder);
  }
  if (!fs::is_directory(status)) {
    return base::fail(ErrorCode::invalid,
                      "{}: not a folder; for a single image set type: image, for a video type: "
                      "video",
                      folder);
  }
  std::vector<std::string> images;
  std::size_t others = 0;
  fs::directory_iterator it(folder, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    std::error_code ignored;
    const bool hidden = it->path().filename().string().starts_with('.');
    if (!hidden && is_image(it->path()) && it->is_regular_file(ignored)) {
      images.push_back(it->path().string());
    } else {
      ++others;
    }
  }
  if (error) {
    return base::fail(ErrorCode::io, "{}: the folder cannot be read: {}", folder, error.message());
  }
  if (images.empty()) {
    return base::fail(ErrorCode::invalid,
                      "{}: no image (jpg, jpeg, png, bmp, ppm, webp, tif, tiff) in the folder{}",
                      folder,
                      others == 0 ? ", it is empty" : fmt::format(" among {} others", others));
  }
  std::sort(images.begin(), images.end());
  return images;
}

}  // namespace sluice::vision
