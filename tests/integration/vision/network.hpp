// The demonstration's networks and images, for tests of the whole way from a file to objects.
#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "backend/backend.hpp"
#include "vision/decoder.hpp"
#include "vision/post/outputs.hpp"
#include "vision/post/post_process.hpp"
#include "vision/transform.hpp"

namespace sluice::vision {

inline std::string demo_file(const std::string& name) {
  return std::string(SLUICE_SOURCE_DIR) + "/demo/" + name;
}

inline Image demo_image(const std::string& name) {
  std::ifstream in(demo_file("images/" + name), std::ios::binary);
  const std::string file{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  auto image = decoder().value()->decode(std::as_bytes(std::span(file)));
  EXPECT_TRUE(image) << name << ": " << image.error().message;
  return image.value_or(Image());
}

inline Box whole(const Image& image) {
  return {0, 0, static_cast<float>(image.width()), static_cast<float>(image.height())};
}

/// The whole pixels that a box touches.
inline Box crop_of(const Box& box, const Image& image) {
  return clip({std::floor(box.x0), std::floor(box.y0), std::ceil(box.x1), std::ceil(box.y1)},
              image.width(), image.height());
}

/// A network with what is before and after it.
class Network {
 public:
  Network(const std::string& name, PreprocessOptions before, post::PostProcess after,
          std::uint32_t max_batch = 1)
      : before_(std::move(before)), after_(std::move(after)) {
    backend::ModelOptions options;
    options.name = name;
    options.max_batch = max_batch;
    options.path = demo_file("models/" + name + ".onnx");
    auto loaded = backend::make_onnxruntime_backend()->load(options);
    EXPECT_TRUE(loaded) << loaded.error().message;
    if (loaded) instance_ = std::move(*loaded);
    before_.input = instance_->info().inputs.at(0).name;
    const auto fits = post::fit(after_, instance_->info().outputs);
    EXPECT_TRUE(fits) << fits.error().message;
  }

  /// What is in each of the regions, computed as one batch; the boxes are
  /// in pixels of the image.
  [[nodiscard]] std::vector<std::vector<Object>> objects_in(const Image& image,
                                                            const std::vector<Box>& regions) const {
    std::vector<backend::Tensors> requests;
    for (const Box& region : regions) {
      requests.push_back({decoder().value()->prepare(image, region, before_).value()});
    }
    backend::CancelToken cancel;
    const auto results = instance_->run(requests, cancel);
    if (!results) ADD_FAILURE() << results.error().message;
    std::vector<std::vector<Object>> all;
    for (std::size_t i = 0; results && i < regions.size(); ++i) {
      const Box& region = regions[i];
      const auto place =
          transform(before_, static_cast<int>(region.width()), static_cast<int>(region.height()));
      auto objects = post::decode(after_, results->at(i), place.value());
      if (!objects) ADD_FAILURE() << objects.error().message;
      all.push_back(std::move(objects.value()));
      for (Object& object : all.back()) {
        if (object.box) object.box = shift(*object.box, region.x0, region.y0);
      }
    }
    return all;
  }

 private:
  PreprocessOptions before_;
  post::PostProcess after_;
  std::unique_ptr<backend::Instance> instance_;
};

inline bool demo_is_absent() {
  return !std::filesystem::exists(demo_file("models/face-detection.onnx"));
}
inline constexpr const char* kDemoAbsent = "the networks are not there: run tools/fetch-demo";

}  // namespace sluice::vision
