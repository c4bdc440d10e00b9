#include "vision/opencv/draw.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <string>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "vision/opencv/pixels.hpp"
#include "vision/opencv/set_up.hpp"

namespace sluice::vision::opencv {
namespace {

constexpr int kFont = cv::FONT_HERSHEY_SIMPLEX;
/// Height of a capital letter of that font at scale 1, in pixels.
constexpr double kCapitalHeight = 21;
constexpr std::size_t kMaxCaption = 60;

/// Colours that people with any kind of colour vision tell apart (Okabe and Ito), in BGR.
const cv::Scalar& color_of(int label_index) {
  static const std::array<cv::Scalar, 7> kColors{cv::Scalar(0, 159, 230),  cv::Scalar(233, 180, 86),
                                                 cv::Scalar(115, 158, 0),  cv::Scalar(66, 228, 240),
                                                 cv::Scalar(178, 114, 0),  cv::Scalar(0, 94, 213),
                                                 cv::Scalar(167, 121, 204)};
  return kColors.at(static_cast<std::size_t>(std::max(label_index, 0)) % kColors.size());
}

/// Black or white, whichever is read more easily on `background`.
cv::Scalar ink_on(const cv::Scalar& background) {
  const double luma =
      0.114 * background[0] + 0.587 * background[1] + 0.299 * background[2];  // ITU-R BT.601
  return cv::Scalar::all(luma > 128 ? 0 : 255);
}

/// The font has ASCII only: every other character of the UTF-8 `text` becomes one "?".
std::string in_ascii(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool continues = (byte & 0xC0) == 0x80;
    if (continues) continue;
    out += byte >= 0x20 && byte < 0x7F ? c : '?';
  }
  if (out.size() > kMaxCaption) out.replace(kMaxCaption - 3, std::string::npos, "...");
  return out;
}

std::string caption_of(const Object& object) {
  std::string caption = object.label;
  for (const std::string& part : {fmt::format("{:.2f}", object.score), object.text}) {
    if (part.empty()) continue;
    if (!caption.empty()) caption += ' ';
    caption += part;
  }
  return in_ascii(caption);
}

/// An object in its place, with the captions of those that have none of their own.
struct Mark {
  cv::Rect box;
  int label_index = -1;
  std::vector<std::string> captions;
};

class Drawing {
 public:
  explicit Drawing(cv::Mat& image) : image_(image) {
    const int side = std::max(image.cols, image.rows);
    line_ = std::max(1, static_cast<int>(std::lround(side / 500.0)));
    scale_ = std::max(0.35, side / 60.0 / kCapitalHeight);
  }

  void frame(const Mark& mark) {
    // A dark rim, for where the background has the frame's colour.
    cv::rectangle(image_, mark.box, cv::Scalar::all(0), line_ + 3);
    cv::rectangle(image_, mark.box, color_of(mark.label_index), line_ + 1);
  }

  /// The captions, one below the other, above the box, or in it where there is no room above.
  void write(const Mark& mark) {
    int baseline = 0;
    const cv::Size letter = cv::getTextSize("X", kFont, scale_, line_, &baseline);
    const int margin = line_ + 1;
    const int step = letter.height + baseline + margin;
    const int height = step * static_cast<int>(mark.captions.size());
    int y = mark.box.y - height;
    if (y < 0) y = std::max(0, std::min(mark.box.y, image_.rows - height));
    for (const std::string& caption : mark.captions) {
      const int width = cv::getTextSize(caption, kFont, scale_, line_, &baseline).width;
      const int x = std::clamp(mark.box.x, 0, std::max(0, image_.cols - width - 2 * margin));
      const cv::Rect plate(x, y, width + 2 * margin, step);
      const cv::Scalar& color = color_of(mark.label_index);
      cv::rectangle(image_, plate, color, cv::FILLED);
      cv::putText(image_, caption, {x + margin, y + margin + letter.height}, kFont, scale_,
                  ink_on(color), line_, cv::LINE_AA);
      y += step;
    }
  }

 private:
  cv::Mat& image_;
  int line_ = 1;
  double scale_ = 1;
};

std::vector<Mark> marks_of(std::span<const Object> objects, int width, int height) {
  std::unordered_map<std::string_view, const Object*> by_id;
  for (const Object& object : objects) by_id.emplace(object.id, &object);
  // The first is the whole image, for what has no place anywhere.
  std::vector<Mark> marks(1);
  std::unordered_map<const Object*, std::size_t> places;
  for (const Object& object : objects) {
    if (!object.box) continue;
    const Box box = clip(*object.box, width, height);
    if (box.empty()) continue;
    const cv::Point from(static_cast<int>(box.x0), static_cast<int>(box.y0));
    const cv::Point to(static_cast<int>(std::ceil(box.x1)), static_cast<int>(std::ceil(box.y1)));
    places.emplace(&object, marks.size());
    marks.push_back({cv::Rect(from, to), object.label_index, {caption_of(object)}});
  }
  for (const Object& object : objects) {
    if (object.box) continue;
    const auto parent = object.parent.empty() ? by_id.end() : by_id.find(object.parent);
    const auto place = parent == by_id.end() ? places.end() : places.find(parent->second);
    marks[place == places.end() ? 0 : place->second].captions.push_back(caption_of(object));
  }
  return marks;
}

}  // namespace

base::Result<Image> draw(const Image& image, std::span<const Object> objects) {
  if (image.empty()) {
    return base::fail(base::ErrorCode::invalid, "an image of {}x{} pixels cannot be drawn on",
                      image.width(), image.height());
  }
  set_up_opencv();
  try {
    cv::Mat canvas = to_mat(image).clone();
    const std::vector<Mark> marks = marks_of(objects, image.width(), image.height());
    Drawing drawing(canvas);
    // No frame goes over a caption.
    for (std::size_t i = 1; i < marks.size(); ++i) drawing.frame(marks[i]);
    for (const Mark& mark : marks) drawing.write(mark);
    return to_image(canvas);
  } catch (const std::exception& error) {
    return base::fail(base::ErrorCode::internal, "drawing on the image: {}", error.what());
  }
}

}  // namespace sluice::vision::opencv
