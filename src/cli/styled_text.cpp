#include "cli/styled_text.hpp"

#include <algorithm>

namespace sluice::cli {
namespace {

const char* escape(Style style) {
  switch (style) {
    case Style::plain:
      break;
    case Style::bold:
      return "\x1b[1m";
    case Style::faint:
      return "\x1b[2m";
    case Style::good:
      return "\x1b[32m";
    case Style::warning:
      return "\x1b[33m";
    case Style::bad:
      return "\x1b[31m";
  }
  return "";
}

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0u) == 0x80u;
}

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return !continues(byte); }));
}

/// The first `columns` characters.
std::string_view cut(std::string_view text, std::size_t columns) {
  std::size_t end = 0;
  while (end < text.size() && (columns > 0 || continues(text[end]))) {
    if (!continues(text[end])) --columns;
    ++end;
  }
  return text.substr(0, end);
}

}  // namespace

std::string Styled::text(std::size_t columns, bool color) const {
  std::string out;
  for (const StyledPart& part : parts_) {
    const auto shown = cut(part.text, columns);
    columns -= width(shown);
    const bool styled = color && part.style != Style::plain && !shown.empty();
    if (styled) out += escape(part.style);
    out += shown;
    if (styled) out += "\x1b[0m";
  }
  return out;
}

StyledTable::StyledTable(std::vector<std::string> head) {
  std::vector<StyledPart> row;
  for (auto& name : head) row.push_back({std::move(name), Style::faint});
  rows_.push_back(std::move(row));
}

std::vector<Styled> StyledTable::lines() const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], width(row[i].text));
    }
  }
  std::vector<Styled> lines;
  for (const auto& row : rows_) {
    Styled& line = lines.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool last = i + 1 == row.size();
      const std::string padding(widths[i] - width(row[i].text), ' ');
      if (i > 0) line.add("  ");
      if (i > 0 && !last) line.add(padding);
      line.add(row[i].text, row[i].style);
      if (i == 0) line.add(padding);
    }
  }
  return lines;
}

std::string printable(std::string_view text) {
  std::string out(text);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto byte = static_cast<unsigned char>(out[i]);
    // Also U+0080 to U+009F, some of which terminals obey.
    const bool high =
        byte == 0xC2 && i + 1 < out.size() && static_cast<unsigned char>(out[i + 1]) < 0xA0;
    if (high) out.erase(i + 1, 1);
    if (high || byte < 0x20 || byte == 0x7F) out[i] = '?';
  }
  return out;
}

}  // namespace sluice::cli
