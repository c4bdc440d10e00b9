#include "telemetry/svg.hpp"

#include <iterator>

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "telemetry/json_line.hpp"

namespace sluice::telemetry {

std::string html_escape(std::string_view text) {
  std::string out;
  for (const char c : base::valid_utf8(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' ? ' ' : c;
    }
  }
  return out;
}

Svg::Svg(double width, double height, std::string_view title, std::string_view description)
    : out_(fmt::format("<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}. {}\">"
                       "<desc>{}</desc>",
                       width, height, html_escape(title), html_escape(description),
                       html_escape(description))) {}

void Svg::rect(double x, double y, double width, double height, std::string_view css_class,
               std::string_view tooltip) {
  fmt::format_to(std::back_inserter(out_),
                 "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" class=\"{}\"",
                 x, y, width, height, css_class);
  out_ += tooltip.empty() ? "/>" : fmt::format("><title>{}</title></rect>", html_escape(tooltip));
}

void Svg::line(double x1, double y1, double x2, double y2, std::string_view css_class) {
  fmt::format_to(std::back_inserter(out_),
                 "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>", x1,
                 y1, x2, y2, css_class);
}

void Svg::path(std::string_view path, std::string_view css_class) {
  fmt::format_to(std::back_inserter(out_), "<path d=\"{}\" class=\"{}\"/>", path, css_class);
}

void Svg::text(double x, double y, std::string_view anchor, std::string_view css_class,
               std::string_view text) {
  fmt::format_to(std::back_inserter(out_),
                 "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" class=\"{}\">{}</text>", x, y,
                 anchor, css_class, html_escape(text));
}

std::string Svg::finish() {
  out_ += "</svg>";
  return std::move(out_);
}

}  // namespace sluice::telemetry
