// The frame of every HTML page: style, head, cards and tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice::telemetry {

/// A complete page without scripts or external requests; follows the reader's light or dark
/// scheme. `body` is HTML.
[[nodiscard]] std::string page(std::string_view title, std::string_view body);

/// A section with a heading; `intro` is plain text, `content` HTML.
[[nodiscard]] std::string section(std::string_view heading, std::string_view intro,
                                  std::string_view content);

/// A key figure: label, value and a line that explains it. Plain texts.
struct Figure {
  std::string label;
  std::string value;
  std::string detail;
};
[[nodiscard]] std::string figures(const std::vector<Figure>& all);

/// A table of plain texts; the first `left_columns` columns are text, the others numbers.
class HtmlTable {
 public:
  explicit HtmlTable(std::vector<std::string> head, std::size_t left_columns = 1)
      : head_(std::move(head)), left_columns_(left_columns) {}
  void add(const std::vector<std::string>& row, bool strong = false);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] std::string html(std::string_view caption) const;

 private:
  std::vector<std::string> head_;
  std::size_t left_columns_;
  std::string rows_;
};

}  // namespace sluice::telemetry
