// The header parser of image files takes any bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "vision/opencv/image_header.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto header =
      sluice::vision::opencv::parse_image_header(std::as_bytes(std::span(data, size)));
  if (header && (header->width == 0 || header->height == 0)) std::abort();
  return 0;
}
