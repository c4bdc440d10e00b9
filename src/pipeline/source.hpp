// Where frames come from. A source says when its next frame is due and makes the frame; the
// Feeder submits it and keeps accounts.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "backend/backend.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "pipeline/frame.hpp"
#include "simulate/arrivals.hpp"
#include "vision/preprocess_options.hpp"

namespace sluice::pipeline {

enum class SourceKind : std::uint8_t {
  none,
  synthetic,  ///< zeros in the model's shapes
  image,      ///< one image file, again and again
  images,     ///< the images of a folder in the order of their names, again and again
  video,      ///< a video file, once
};

struct SourceOptions {
  SourceKind kind = SourceKind::none;
  std::string path;  ///< image file, image folder or video file
  /// When frames are due. A video without a rate plays at its own rate.
  simulate::ArrivalOptions arrivals;
  std::uint64_t seed = 1;
  /// `images`: the first images whose ready inputs fit into this many bytes are decoded before
  /// the run; the others are decoded ahead of their time, over and over.
  std::uint64_t cache_bytes = 256ull << 20;
  /// Frames decoded ahead of their time on a thread of the source (videos, and images that do
  /// not fit the cache). 0: decoded when due, on the thread that submits.
  std::uint32_t read_ahead = 4;
};

/// Not thread-safe: one thread drives a source.
class Source {
 public:
  virtual ~Source() = default;
  /// When the next frame is due, since the start of the run; nullopt: the source has ended.
  [[nodiscard]] virtual std::optional<base::Duration> next_due() = 0;
  /// Makes the frame that is due and moves on. An error loses this frame only (a corrupt image
  /// among good ones). nullopt: the source turned out to have ended (a video does not know how
  /// many frames it has).
  virtual base::Result<std::optional<Frame>> take() = 0;
  /// Time between the frames of a periodic source (TaskOptions::period); zero: not periodic.
  [[nodiscard]] virtual base::Duration period() const = 0;
  /// When an onlooker who knows the period, but not the jitter, expects the frame of next_due().
  /// Only for a periodic source.
  [[nodiscard]] virtual base::Duration expected() const = 0;
};

/// Opens the source for a model. Errors before anything runs, each with its remedy: missing
/// file, empty folder, no readable image, unreadable video, no rate, an input that the
/// pre-processing cannot fill. Blocks while it fills the cache.
base::Result<std::unique_ptr<Source>> open_source(const SourceOptions& options,
                                                  const vision::PreprocessOptions& preprocess,
                                                  const backend::ModelInfo& model,
                                                  const backend::ModelOptions& model_options);

/// The pre-processing with which images fill the model's only input (see vision::fit). A
/// synthetic model takes any input. Errors: several inputs, an input of another name, and as
/// vision::fit.
base::Result<vision::PreprocessOptions> image_input(const vision::PreprocessOptions& preprocess,
                                                    const backend::ModelInfo& model);

}  // namespace sluice::pipeline
