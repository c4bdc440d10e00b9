#include "telemetry/text_table.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace sluice::telemetry {

namespace {

std::string right_trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::string TextTable::text(bool terminal) const {
  std::vector<std::size_t> widths(rows_.front().size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string out;
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    std::string line;
    for (std::size_t i = 0; i < rows_[r].size(); ++i) {
      const std::string gap(i == 0 ? 0 : 2, ' ');
      line += i < left_columns_ ? fmt::format("{}{:<{}}", gap, rows_[r][i], widths[i])
                                : fmt::format("{}{:>{}}", gap, rows_[r][i], widths[i]);
    }
    line = right_trimmed(std::move(line));
    if (r == 0 && terminal) {
      out += fmt::format("\x1b[1m{}\x1b[0m\n", line);
    } else {
      out += line + '\n';
    }
    if (r == 0 && !terminal) {
      std::string rule;
      for (std::size_t i = 0; i < widths.size(); ++i) {
        rule += std::string(i == 0 ? 0 : 2, ' ') + std::string(widths[i], '-');
      }
      out += rule + '\n';
    }
  }
  return out;
}

}  // namespace sluice::telemetry
