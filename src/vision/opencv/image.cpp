#include "vision/opencv/image.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

#include <opencv2/imgcodecs.hpp>

#include "vision/opencv/image_header.hpp"
#include "vision/opencv/set_up.hpp"

namespace sluice::vision::opencv {
namespace {

// Uncompressed and with 16 bits per channel the largest image has 600 MB.
constexpr std::uint64_t kMaxFileBytes = 1ull << 30;

base::Result<std::vector<std::byte>> read_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    return base::fail(base::ErrorCode::not_found, "{}: no such image file", path);
  }
  if (!std::filesystem::is_regular_file(status)) {
    return base::fail(base::ErrorCode::invalid, "{}: not an image file", path);
  }
  const std::uint64_t size = std::filesystem::file_size(path, error);
  if (error) {
    return base::fail(base::ErrorCode::io, "{}: cannot be read: {}", path, error.message());
  }
  if (size > kMaxFileBytes) {
    return base::fail(base::ErrorCode::invalid,
                      "{}: has {} bytes; image files of more than {} are not read", path, size,
                      kMaxFileBytes);
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return base::fail(base::ErrorCode::io, "{}: cannot be opened: {}", path, std::strerror(errno));
  }
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (!in) return base::fail(base::ErrorCode::io, "{}: cannot be read", path);
  return bytes;
}

}  // namespace

base::Result<cv::Mat> decode_image(std::span<const std::byte> file) {
  auto header = parse_image_header(file);
  if (!header) return tl::unexpected(header.error());
  if (file.size() > kMaxFileBytes) {
    return base::fail(base::ErrorCode::invalid,
                      "the image file has {} bytes; more than {} are not decoded", file.size(),
                      kMaxFileBytes);
  }
  // Both factors are below 2^64, so the test divides.
  if (header->width > kMaxPixels / header->height) {
    return base::fail(base::ErrorCode::invalid,
                      "the image claims {}x{} pixels; more than {} megapixels are not decoded",
                      header->width, header->height, kMaxPixels / 1'000'000);
  }
  set_up_opencv();
  try {
    // OpenCV takes a header by pointer and does not write to it.
    const cv::Mat bytes(1, static_cast<int>(file.size()), CV_8UC1,
                        const_cast<std::byte*>(file.data()));
    cv::Mat image = cv::imdecode(bytes, cv::IMREAD_COLOR);
    if (!image.empty()) return image;
  } catch (const std::exception& error) {
    return base::fail(base::ErrorCode::invalid, "the image is corrupt: {}", error.what());
  }
  return base::fail(base::ErrorCode::invalid, "the image is corrupt: it cannot be decoded");
}

base::Result<cv::Mat> load_image(const std::string& path) {
  auto bytes = read_file(path);
  if (!bytes) return tl::unexpected(bytes.error());
  auto image = decode_image(*bytes);
  if (!image) return tl::unexpected(base::with_context(path, image.error()));
  return image;
}

}  // namespace sluice::vision::opencv
