// Inline SVG and HTML text, escaped.
#pragma once

#include <string>
#include <string_view>

namespace sluice::telemetry {

/// Text for HTML or SVG content and attribute values.
[[nodiscard]] std::string html_escape(std::string_view text);

/// A drawing of `width` x `height` units that scales with its container. Classes refer to the
/// page's style sheet (page.hpp), so that colours follow the reader's light or dark scheme.
class Svg {
 public:
  /// Title and description are what a screen reader tells.
  Svg(double width, double height, std::string_view title, std::string_view description);

  void rect(double x, double y, double width, double height, std::string_view css_class,
            std::string_view tooltip = {});
  void line(double x1, double y1, double x2, double y2, std::string_view css_class);
  /// `path` in SVG path syntax.
  void path(std::string_view path, std::string_view css_class);
  /// `anchor`: start, middle or end.
  void text(double x, double y, std::string_view anchor, std::string_view css_class,
            std::string_view text);

  /// The whole element. Nothing may be added afterwards.
  [[nodiscard]] std::string finish();

 private:
  std::string out_;
};

}  // namespace sluice::telemetry
