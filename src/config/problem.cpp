#include "config/problem.hpp"

namespace sluice::config {

std::string to_string(const Problem& problem) {
  std::string out = problem.file;
  if (problem.place.line > 0) {
    out += fmt::format(":{}:{}", problem.place.line, problem.place.column);
  }
  if (!problem.path.empty()) out += ": " + problem.path;
  return out + ": " + problem.message;
}

base::Error to_error(const Problems& problems) {
  std::string lines;
  for (const auto& problem : problems) {
    if (!lines.empty()) lines += '\n';
    lines += to_string(problem);
  }
  return {base::ErrorCode::invalid, std::move(lines)};
}

}  // namespace sluice::config
