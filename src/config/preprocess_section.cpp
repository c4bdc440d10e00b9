#include <fmt/format.h>

#include "config/sections.hpp"

namespace sluice::config {
namespace {

using vision::Align;
using vision::ColorOrder;
using vision::Layout;
using vision::PreprocessOptions;
using vision::Resize;

Object<PreprocessOptions> make_preprocess() {
  using O = PreprocessOptions;
  using tensor::DType;
  Object<O> o("preprocess",
              "How an image becomes the model's input: value = (pixel * scale - mean) "
              "/ std.");
  o.key(
      "input", [](O & p) -> auto& { return p.input; }, text(),
      "Name of the model's input; none: its only one.");
  o.key(
      "width", [](O & p) -> auto& { return p.width; },
      integer<int>({.minimum = 0, .maximum = 16384}), "Width in pixels; 0: the image's own.");
  o.key(
      "height", [](O & p) -> auto& { return p.height; },
      integer<int>({.minimum = 0, .maximum = 16384}), "Height in pixels; 0: the image's own.");
  o.key(
      "resize", [](O & p) -> auto& { return p.resize; },
      choice<Resize>({{Resize::stretch, "stretch", "to width and height, whatever the shape"},
                      {Resize::letterbox, "letterbox", "keeps the shape, fills the rest"},
                      {Resize::none, "none", "leaves it as it is"}}),
      "How the image is brought to that size.");
  o.key(
      "align", [](O & p) -> auto& { return p.align; },
      choice<Align>({{Align::center, "center", "in the middle"},
                     {Align::start, "start", "in the upper left corner"}}),
      "`letterbox`: where the image lies.");
  o.key(
      "pad_value", [](O & p) -> auto& { return p.pad_value; }, number(between(0, 255)),
      "`letterbox`: pixel value of the fill.");
  o.key(
      "color", [](O & p) -> auto& { return p.color; },
      choice<ColorOrder>({{ColorOrder::rgb, "rgb", "red first"},
                          {ColorOrder::bgr, "bgr", "blue first"},
                          {ColorOrder::gray, "gray", "one channel"}}),
      "Order of the colours.");
  o.key(
      "scale", [](O & p) -> auto& { return p.scale; }, number({}), "Factor, for example 1/255.");
  o.key(
      "mean", [](O & p) -> auto& { return p.mean; }, triple(),
      "Subtracted after `scale`; one per channel in the order of `color`, or one for all.");
  o.key(
      "std", [](O & p) -> auto& { return p.std; }, triple(), "Divisor after that, likewise.");
  o.key(
      "layout", [](O & p) -> auto& { return p.layout; },
      choice<Layout>(
          {{Layout::nchw, "nchw", "channel by channel"}, {Layout::nhwc, "nhwc", "pixel by pixel"}}),
      "Order of the axes.");
  o.key(
      "dtype", [](O & p) -> auto& { return p.dtype; },
      choice<DType>({{DType::fp32, "fp32", "32-bit float"},
                     {DType::fp16, "fp16", "16-bit float"},
                     {DType::uint8, "uint8", "8-bit, 0 to 255"},
                     {DType::int8, "int8", "8-bit, -128 to 127"}}),
      "Element type.");
  o.rule([](const Node& node, O& p, Reader& reader) {
    for (const double value : p.std) {
      if (value != 0.0) continue;
      const Node* std = node.find("std");
      reader.problem(std != nullptr ? *std : node, "`std` divides, so it must not be 0");
      break;
    }
    if ((p.width == 0) != (p.height == 0)) {
      reader.problem(node, "give both `width` and `height`, or neither");
    }
    for (const char* key : {"align", "pad_value"}) {
      const Node* value = node.find(key);
      if (value == nullptr || p.resize == Resize::letterbox) continue;
      reader.problem(*value,
                     fmt::format("`{}` has no effect without `resize: letterbox`; add it", key));
    }
  });
  return o;
}

}  // namespace

const Object<PreprocessOptions>& preprocess_object() {
  static const Object<PreprocessOptions> definition = make_preprocess();
  return definition;
}

}  // namespace sluice::config
