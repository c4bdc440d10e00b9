// The size of an image from its first bytes, so that an absurd one is refused before memory is
// taken for its pixels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.hpp"

namespace sluice::vision::opencv {

enum class ImageFormat : std::uint8_t { jpeg, png, bmp, pnm, webp, tiff };

struct ImageHeader {
  ImageFormat format = ImageFormat::jpeg;
  std::uint64_t width = 0;
  std::uint64_t height = 0;
};

/// Reads the header only. Errors: none of the formats above; a header that ends too early; a
/// width or height of zero; for JPEG also a missing end marker (the file was cut off), which the
/// decoder would fill with grey without a word.
base::Result<ImageHeader> parse_image_header(std::span<const std::byte> file);

}  // namespace sluice::vision::opencv
