// Lines whose parts have a style, cut to a width when they are printed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::cli {

enum class Style { plain, bold, faint, good, warning, bad };

/// One part of a line.
struct StyledPart {
  std::string text;
  Style style = Style::plain;
};

/// One line. UTF-8; every character counts as one column.
class Styled {
 public:
  void add(std::string text, Style style = Style::plain) {
    parts_.push_back({std::move(text), style});
  }
  /// At most `columns` wide. `color` false: without escape sequences.
  [[nodiscard]] std::string text(std::size_t columns, bool color) const;

 private:
  std::vector<StyledPart> parts_;
};

/// Columns as wide as their widest cell, the first and the last one to the left, the others to the
/// right.
class StyledTable {
 public:
  explicit StyledTable(std::vector<std::string> head);
  void add(std::vector<StyledPart> row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] std::vector<Styled> lines() const;

 private:
  std::vector<std::vector<StyledPart>> rows_;
};

/// `text` with "?" for every control character, so that a terminal only shows it.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace sluice::cli
