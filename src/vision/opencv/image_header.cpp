#include "vision/opencv/image_header.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace sluice::vision::opencv {
namespace {

struct Size {
  std::uint64_t width = 0;
  std::uint64_t height = 0;
};

enum class Order : std::uint8_t { little, big };

// Reads numbers at offsets of the file; nullopt: beyond its end.
class Bytes {
 public:
  explicit Bytes(std::span<const std::byte> file) : file_(file) {}

  [[nodiscard]] std::size_t size() const { return file_.size(); }

  [[nodiscard]] std::string_view text(std::size_t offset, std::size_t length) const {
    if (offset > file_.size()) return {};
    const auto part = file_.subspan(offset, std::min(length, file_.size() - offset));
    return {reinterpret_cast<const char*>(part.data()), part.size()};
  }

  // An unsigned number of `length` (at most 4) bytes.
  [[nodiscard]] std::optional<std::uint32_t> number(std::size_t offset, std::size_t length,
                                                    Order order) const {
    if (offset > file_.size() || file_.size() - offset < length) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < length; ++i) {
      const std::size_t at = order == Order::big ? offset + i : offset + length - 1 - i;
      value = (value << 8) | std::to_integer<std::uint32_t>(file_[at]);
    }
    return value;
  }

 private:
  std::span<const std::byte> file_;
};

std::optional<Size> png_size(const Bytes& file) {
  const auto width = file.number(16, 4, Order::big);
  const auto height = file.number(20, 4, Order::big);
  if (!width || !height || file.text(12, 4) != "IHDR") return std::nullopt;
  return Size{*width, *height};
}

std::optional<Size> bmp_size(const Bytes& file) {
  const auto header = file.number(14, 4, Order::little);
  if (header == 12u) {  // the OS/2 form
    const auto width = file.number(18, 2, Order::little);
    const auto height = file.number(20, 2, Order::little);
    return width && height ? std::optional(Size{*width, *height}) : std::nullopt;
  }
  const auto width = file.number(18, 4, Order::little);
  const auto height = file.number(22, 4, Order::little);
  if (!width || !height) return std::nullopt;
  // Signed; a negative height means rows from the top down.
  const auto magnitude = [](std::uint32_t value) {
    return static_cast<std::uint64_t>(
        std::llabs(static_cast<long long>(static_cast<std::int32_t>(value))));
  };
  return Size{magnitude(*width), magnitude(*height)};
}

std::optional<Size> pnm_size(const Bytes& file) {
  // "P6", then width and height in decimal, with white space and comments in between.
  std::string_view text = file.text(2, 4096);
  std::uint64_t numbers[2] = {};
  for (std::uint64_t& number : numbers) {
    while (!text.empty()) {
      if (text.front() == '#') {
        text.remove_prefix(std::min(text.find('\n'), text.size()));
      } else if (text.find_first_of(" \t\r\n\v\f") != 0) {
        break;
      }
      if (!text.empty()) text.remove_prefix(1);
    }
    const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
    if (result.ec != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(result.ptr - text.data()));
  }
  return Size{numbers[0], numbers[1]};
}

std::optional<Size> webp_size(const Bytes& file) {
  const std::string_view kind = file.text(12, 4);
  if (kind == "VP8X") {
    const auto width = file.number(24, 3, Order::little);
    const auto height = file.number(27, 3, Order::little);
    if (!width || !height) return std::nullopt;
    return Size{std::uint64_t{*width} + 1, std::uint64_t{*height} + 1};
  }
  if (kind == "VP8L") {
    const auto bits = file.number(21, 4, Order::little);
    if (!bits || file.number(20, 1, Order::little) != 0x2fu) return std::nullopt;
    return Size{(*bits & 0x3fff) + 1, ((*bits >> 14) & 0x3fff) + 1};
  }
  if (kind == "VP8 ") {
    const auto width = file.number(26, 2, Order::little);
    const auto height = file.number(28, 2, Order::little);
    if (!width || !height) return std::nullopt;
    return Size{*width & 0x3fff, *height & 0x3fff};
  }
  return std::nullopt;
}

std::optional<Size> tiff_size(const Bytes& file) {
  const Order order = file.text(0, 2) == "II" ? Order::little : Order::big;
  const auto directory = file.number(4, 4, order);
  if (!directory) return std::nullopt;
  const auto entries = file.number(*directory, 2, order);
  if (!entries) return std::nullopt;
  Size size;
  for (std::size_t entry = 0; entry < *entries; ++entry) {
    const std::size_t at = std::size_t{*directory} + 2 + entry * 12;
    const auto tag = file.number(at, 2, order);
    const auto type = file.number(at + 2, 2, order);
    if (!tag || !type) return std::nullopt;
    if (*tag != 256 && *tag != 257) continue;
    // 3: 16 bits, kept at the start of the field; else 32 bits.
    const auto value = file.number(at + 8, *type == 3 ? 2 : 4, order);
    if (!value) return std::nullopt;
    // Of a tag that comes twice, the decoder may take either.
    std::uint64_t& side = *tag == 256 ? size.width : size.height;
    side = std::max(side, std::uint64_t{*value});
  }
  return size;
}

// Walks the segments up to the frame header, and on to the first scan.
struct JpegWalk {
  std::optional<Size> size;
  bool ends = false;  // the end marker follows the first scan
};
JpegWalk walk_jpeg(const Bytes& file) {
  JpegWalk walk;
  std::size_t at = 2;
  while (true) {
    const auto lead = file.number(at, 1, Order::big);
    const auto marker = file.number(at + 1, 1, Order::big);
    if (!lead || !marker || *lead != 0xff) return walk;
    if (*marker == 0xff) {  // a fill byte
      ++at;
      continue;
    }
    // Markers without a length: TEM and restarts.
    if (*marker == 0x01 || (*marker >= 0xd0 && *marker <= 0xd7)) {
      at += 2;
      continue;
    }
    const auto length = file.number(at + 2, 2, Order::big);
    if (!length || *length < 2) return walk;
    // Start-of-frame markers are C0..CF but for DHT (C4), JPG (C8) and DAC (CC).
    if (*marker >= 0xc0 && *marker <= 0xcf && *marker != 0xc4 && *marker != 0xc8 &&
        *marker != 0xcc) {
      const auto height = file.number(at + 5, 2, Order::big);
      const auto width = file.number(at + 7, 2, Order::big);
      if (width && height) walk.size = Size{*width, *height};
    }
    at += 2 + std::size_t{*length};
    if (*marker == 0xda) {
      const std::string_view scan = file.text(at, file.size());
      walk.ends = scan.find("\xff\xd9") != std::string_view::npos;
      return walk;
    }
  }
}

}  // namespace

base::Result<ImageHeader> parse_image_header(std::span<const std::byte> data) {
  const Bytes file(data);
  ImageHeader header;
  std::optional<Size> size;
  const std::string_view start = file.text(0, 12);
  if (start.starts_with("\xff\xd8\xff")) {
    header.format = ImageFormat::jpeg;
    const JpegWalk walk = walk_jpeg(file);
    size = walk.size;
    if (size && !walk.ends) {
      return base::fail(base::ErrorCode::invalid,
                        "the JPEG file is cut off: its end marker is missing");
    }
  } else if (start.starts_with("\x89PNG\r\n\x1a\n")) {
    header.format = ImageFormat::png;
    size = png_size(file);
  } else if (start.starts_with("BM")) {
    header.format = ImageFormat::bmp;
    size = bmp_size(file);
  } else if (start.size() >= 3 && start[0] == 'P' && start[1] >= '1' && start[1] <= '6') {
    header.format = ImageFormat::pnm;
    size = pnm_size(file);
  } else if (start.starts_with("RIFF") && start.ends_with("WEBP")) {
    header.format = ImageFormat::webp;
    size = webp_size(file);
  } else if (start.starts_with(std::string_view("II*\0", 4)) ||
             start.starts_with(std::string_view("MM\0*", 4))) {
    header.format = ImageFormat::tiff;
    size = tiff_size(file);
  } else {
    return base::fail(base::ErrorCode::invalid,
                      "not an image in a known format (JPEG, PNG, BMP, PPM, WebP or TIFF)");
  }
  if (!size) {
    return base::fail(base::ErrorCode::invalid, "the image is corrupt: its header is incomplete");
  }
  if (size->width == 0 || size->height == 0) {
    return base::fail(base::ErrorCode::invalid, "the image is corrupt: it is {}x{} pixels",
                      size->width, size->height);
  }
  header.width = size->width;
  header.height = size->height;
  return header;
}

}  // namespace sluice::vision::opencv
