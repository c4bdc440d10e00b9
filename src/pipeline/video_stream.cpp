#include "pipeline/video_stream.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

namespace sluice::pipeline {

using base::ErrorCode;

base::Result<std::unique_ptr<VideoStream>> VideoStream::open(
    const std::string& path, const vision::PreprocessOptions& preprocess) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    return base::fail(ErrorCode::not_found,
                      "{}: no such file; set the source's path to a video file", path);
  }
  if (!std::filesystem::is_regular_file(status)) {
    return base::fail(ErrorCode::invalid,
                      "{}: not a video file; for a folder of images set type: images", path);
  }
  const auto decoder = vision::decoder();
  if (!decoder) return tl::unexpected(decoder.error());
  auto video = (*decoder)->open_video(path);
  if (!video) return tl::unexpected(video.error());
  std::unique_ptr<VideoStream> stream(new VideoStream(path, preprocess, std::move(*video)));
  auto first = stream->read();
  if (!first) return tl::unexpected(first.error());
  if (!*first) {
    return base::fail(ErrorCode::invalid,
                      "{}: no frame of the video can be decoded; it is empty or corrupt", path);
  }
  stream->first_ = std::move(*first);
  return stream;
}

VideoStream::VideoStream(std::string path, vision::PreprocessOptions preprocess,
                         std::unique_ptr<vision::Video> video)
    : path_(std::move(path)), preprocess_(std::move(preprocess)), video_(std::move(video)) {}

base::Result<std::optional<Frame>> VideoStream::next() {
  if (first_) return std::exchange(first_, std::nullopt);
  return read();
}

base::Result<std::optional<Frame>> VideoStream::read() {
  auto input = video_->next(preprocess_);
  if (input && !*input) return std::nullopt;
  std::string name = fmt::format("{}#{}", path_, count_++);
  if (!input) return tl::unexpected(base::with_context(name, input.error()));
  return Frame{std::move(name), backend::Tensors{std::move(**input)}};
}

}  // namespace sluice::pipeline
