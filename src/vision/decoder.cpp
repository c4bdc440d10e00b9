#include "vision/decoder.hpp"

#include "base/shared_library.hpp"

namespace sluice::vision {
namespace {

base::Result<const Decoder*> load_decoder() {
  auto function = base::load_function("libsluice-opencv.so", "sluice_decoder");
  if (!function) {
    return tl::unexpected(base::with_context("image and video files", function.error()));
  }
  return reinterpret_cast<const Decoder* (*)()>(*function)();
}

}  // namespace

base::Result<const Decoder*> decoder() {
  static const base::Result<const Decoder*> loaded = load_decoder();
  return loaded;
}

}  // namespace sluice::vision
