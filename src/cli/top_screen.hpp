// What `sluice top` shows, as text.
#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "cli/terminal.hpp"

namespace sluice::cli {

struct TopView {
  boost::json::object live;       ///< GET /api/v1/live
  boost::json::object decisions;  ///< GET /api/v1/decisions
  std::string problem;            ///< why they are not fresh; empty: they are
};

/// Lines of at most `size.columns` columns, at most `size.rows` of them (0: any number), each with
/// a newline. `color`: with the terminal's escape sequences. What a document lacks is left out;
/// control characters in it do not reach the terminal.
[[nodiscard]] std::string top_screen(const TopView& view, TerminalSize size, bool color);

}  // namespace sluice::cli
