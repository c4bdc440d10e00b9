#include "simulate/trace.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

namespace sluice::simulate {
namespace {

using base::Duration;
using base::ErrorCode;

// Later than any sensible trace (31 years), and far from overflow.
constexpr double kMaxSeconds = 1e9;

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && blank(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

// Fields of a line; a field may stand in double quotes, with "" for a quote inside.
std::vector<std::string> split(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += line[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  for (std::string& field : fields) {
    field = std::string(trimmed(field));
  }
  return fields;
}

std::optional<double> number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

// Lines of a text, with their numbers, empty ones included.
class Lines {
 public:
  explicit Lines(std::string_view text) : left_(text) {}

  std::optional<std::string_view> next() {
    if (left_.empty()) {
      return std::nullopt;
    }
    const std::size_t end = std::min(left_.find('\n'), left_.size());
    const std::string_view line = trimmed(left_.substr(0, end));
    left_.remove_prefix(std::min(end + 1, left_.size()));
    ++number_;
    return line;
  }
  [[nodiscard]] std::size_t number() const { return number_; }
  [[nodiscard]] bool only_blank_left() const {
    return left_.find_first_not_of(" \t\r\n") == std::string_view::npos;
  }

 private:
  std::string_view left_;
  std::size_t number_ = 0;
};

}  // namespace

base::Result<std::vector<Duration>> parse_trace_csv(std::string_view text, const std::string& name,
                                                    const std::string& task) {
  Lines lines(text);
  const std::vector<std::string> header = split(lines.next().value_or(""));
  const auto column = [&](const char* title) {
    return static_cast<std::size_t>(std::find(header.begin(), header.end(), title) -
                                    header.begin());
  };
  const std::size_t time_at = column("time_s");
  const std::size_t task_at = column("task");
  if (time_at == header.size()) {
    return base::fail(ErrorCode::invalid,
                      "{}:1: no column 'time_s' in the header line; the columns are time_s "
                      "(seconds since the start) and, optionally, task",
                      name);
  }
  std::vector<Duration> times;
  double last = 0;
  while (const auto line = lines.next()) {
    if (line->empty()) {
      if (lines.only_blank_left()) {
        break;
      }
      return base::fail(ErrorCode::invalid, "{}:{}: an empty line within the trace; remove it",
                        name, lines.number());
    }
    const std::vector<std::string> fields = split(*line);
    if (fields.size() != header.size()) {
      return base::fail(ErrorCode::invalid, "{}:{}: {} columns where the header has {}", name,
                        lines.number(), fields.size(), header.size());
    }
    const std::optional<double> time = number(fields[time_at]);
    if (!time || !std::isfinite(*time) || *time < 0 || *time > kMaxSeconds) {
      return base::fail(ErrorCode::invalid,
                        "{}:{}: time_s is '{}'; it must be a number of seconds from 0 to {:g}",
                        name, lines.number(), fields[time_at], kMaxSeconds);
    }
    if (task_at < header.size() && fields[task_at] != task) {
      continue;
    }
    if (*time < last) {
      return base::fail(ErrorCode::invalid,
                        "{}:{}: time_s {} is before {} in front of it; sort the trace by time",
                        name, lines.number(), *time, last);
    }
    last = *time;
    times.push_back(base::from_seconds(*time));
  }
  if (times.empty()) {
    return base::fail(ErrorCode::invalid, "{}: no rows for task '{}'", name, task);
  }
  return times;
}

base::Result<std::vector<Duration>> read_trace_csv(const std::string& path,
                                                   const std::string& task) {
  std::ifstream file(path, std::ios::binary);
  std::error_code ignored;
  if (!file.is_open() || std::filesystem::is_directory(path, ignored)) {
    return base::fail(ErrorCode::io,
                      "{}: cannot be read as a file; check the path and its permissions", path);
  }
  std::ostringstream text;
  text << file.rdbuf();
  return parse_trace_csv(text.str(), path, task);
}

}  // namespace sluice::simulate
