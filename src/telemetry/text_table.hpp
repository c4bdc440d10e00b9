// Aligned tables for terminals and plain files.
#pragma once

#include <string>
#include <vector>

namespace sluice::telemetry {

/// Rows of cells; the first row is the head. The first `left_columns` columns are left-aligned,
/// the others, being numbers, right-aligned. Cells must be ASCII, or their widths are wrong.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> head, std::size_t left_columns = 1)
      : rows_{std::move(head)}, left_columns_(left_columns) {}

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] bool empty() const { return rows_.size() == 1; }
  /// `terminal`: bold head instead of a ruled one.
  [[nodiscard]] std::string text(bool terminal) const;

 private:
  std::vector<std::vector<std::string>> rows_;
  std::size_t left_columns_;
};

}  // namespace sluice::telemetry
