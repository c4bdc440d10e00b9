#include "pipeline/source.hpp"

#include <utility>

#include "model/example.hpp"
#include "pipeline/image_stream.hpp"
#include "pipeline/read_ahead.hpp"
#include "pipeline/video_stream.hpp"
#include "vision/fit.hpp"
#include "vision/image_folder.hpp"

namespace sluice::pipeline {
namespace {

using base::Duration;
using base::ErrorCode;
using base::Result;
using simulate::ArrivalKind;

class SyntheticStream final : public FrameStream {
 public:
  explicit SyntheticStream(backend::Tensors inputs) : inputs_(std::move(inputs)) {}
  Result<std::optional<Frame>> next() override {
    return Frame{fmt::format("synthetic#{}", count_++), inputs_};
  }

 private:
  backend::Tensors inputs_;
  std::uint64_t count_ = 0;
};

// A stream of frames with the times of an arrival process.
class TimedSource final : public Source {
 public:
  TimedSource(std::unique_ptr<FrameStream> frames, std::unique_ptr<simulate::Arrivals> arrivals,
              simulate::ArrivalOptions options)
      : frames_(std::move(frames)),
        arrivals_(std::move(arrivals)),
        options_(std::move(options)),
        due_(arrivals_->next()) {}

  std::optional<Duration> next_due() override {
    if (due_ && frames_->ended()) due_.reset();
    return due_;
  }

  Result<std::optional<Frame>> take() override {
    auto frame = frames_->next();
    if (frame && !*frame) {
      due_.reset();
    } else {
      due_ = arrivals_->next();
      ++taken_;
    }
    return frame;
  }

  Duration period() const override {
    return options_.kind == ArrivalKind::periodic ? simulate::period_of(options_) : Duration(0);
  }

  Duration expected() const override { return simulate::due_at(options_, taken_); }

 private:
  std::unique_ptr<FrameStream> frames_;
  std::unique_ptr<simulate::Arrivals> arrivals_;
  simulate::ArrivalOptions options_;
  std::optional<Duration> due_;
  std::uint64_t taken_ = 0;
};

std::unique_ptr<FrameStream> ahead(std::unique_ptr<FrameStream> frames, std::uint32_t depth) {
  if (depth == 0) return frames;
  return std::make_unique<ReadAhead>(std::move(frames), depth);
}

Result<std::unique_ptr<FrameStream>> open_images(const SourceOptions& options,
                                                 const vision::PreprocessOptions& preprocess) {
  auto paths = options.kind == SourceKind::image ? Result<std::vector<std::string>>({options.path})
                                                 : vision::list_images(options.path);
  if (!paths) return tl::unexpected(paths.error());
  auto images = ImageStream::open(std::move(*paths), preprocess, options.cache_bytes);
  if (!images) return tl::unexpected(images.error());
  if ((*images)->all_cached()) return std::unique_ptr<FrameStream>(std::move(*images));
  return ahead(std::move(*images), options.read_ahead);
}

// The video and, where `arrivals` has no rate, the video's own.
Result<std::unique_ptr<FrameStream>> open_video(const SourceOptions& options,
                                                const vision::PreprocessOptions& preprocess,
                                                simulate::ArrivalOptions& arrivals) {
  auto video = VideoStream::open(options.path, preprocess);
  if (!video) return tl::unexpected(video.error());
  if (arrivals.rate == 0 && arrivals.kind != ArrivalKind::trace) {
    if ((*video)->rate() <= 0) {
      return base::fail(ErrorCode::invalid,
                        "{}: the video does not say its frame rate; set the source's rate, for "
                        "example rate: 25/s",
                        options.path);
    }
    arrivals.rate = (*video)->rate();
  }
  return ahead(std::move(*video), options.read_ahead);
}

Result<std::unique_ptr<FrameStream>> open_frames(const SourceOptions& options,
                                                 const vision::PreprocessOptions& preprocess,
                                                 const backend::ModelInfo& model,
                                                 const backend::ModelOptions& model_options,
                                                 simulate::ArrivalOptions& arrivals) {
  if (options.kind == SourceKind::synthetic) {
    auto inputs = model::example_inputs(model, model_options);
    if (!inputs) return tl::unexpected(inputs.error());
    return std::make_unique<SyntheticStream>(std::move(*inputs));
  }
  if (options.kind == SourceKind::none) {
    return base::fail(ErrorCode::invalid,
                      "there is no source; set its type: synthetic, image, images or video");
  }
  if (options.path.empty()) {
    return base::fail(ErrorCode::invalid,
                      "the source has no path; set it to an image, a folder of images or a video");
  }
  auto fitted = image_input(preprocess, model);
  if (!fitted) return tl::unexpected(fitted.error());
  return options.kind == SourceKind::video ? open_video(options, *fitted, arrivals)
                                           : open_images(options, *fitted);
}

}  // namespace

Result<vision::PreprocessOptions> image_input(const vision::PreprocessOptions& preprocess,
                                              const backend::ModelInfo& model) {
  if (model.backend == "synthetic") {
    vision::PreprocessOptions options = preprocess;
    if (options.input.empty() && model.inputs.size() == 1) options.input = model.inputs[0].name;
    if (auto ok = vision::check(options); !ok) return tl::unexpected(ok.error());
    return options;
  }
  if (model.inputs.size() != 1) {
    return base::fail(ErrorCode::unsupported,
                      "model '{}' has {} inputs; images fill models with one (use a synthetic "
                      "source, or submit requests from outside)",
                      model.name, model.inputs.size());
  }
  const backend::TensorInfo& input = model.inputs.front();
  if (!preprocess.input.empty() && preprocess.input != input.name) {
    return base::fail(ErrorCode::not_found,
                      "model '{}' has no input '{}'; leave preprocess.input out or set it to '{}'",
                      model.name, preprocess.input, input.name);
  }
  const tensor::Shape shape = input.any_rank ? tensor::Shape(4, -1) : input.shape;
  auto fitted = vision::fit(preprocess, input.name, input.dtype, shape);
  if (!fitted) {
    return tl::unexpected(
        base::with_context(fmt::format("model '{}'", model.name), fitted.error()));
  }
  return fitted;
}

Result<std::unique_ptr<Source>> open_source(const SourceOptions& options,
                                            const vision::PreprocessOptions& preprocess,
                                            const backend::ModelInfo& model,
                                            const backend::ModelOptions& model_options) {
  simulate::ArrivalOptions timing = options.arrivals;
  if (timing.rate == 0 && timing.kind != ArrivalKind::trace && options.kind != SourceKind::video &&
      options.kind != SourceKind::none) {
    return base::fail(ErrorCode::invalid, "the source has no rate; set it, for example rate: 15/s");
  }
  auto frames = open_frames(options, preprocess, model, model_options, timing);
  if (!frames) return tl::unexpected(frames.error());
  auto arrivals = simulate::make_arrivals(timing, options.seed);
  if (!arrivals) return tl::unexpected(arrivals.error());
  return std::make_unique<TimedSource>(std::move(*frames), std::move(*arrivals), std::move(timing));
}

}  // namespace sluice::pipeline
