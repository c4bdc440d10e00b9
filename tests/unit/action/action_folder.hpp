// What the tests of this folder share.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>

#include "action/action.hpp"
#include "action/queue_table.hpp"

namespace sluice::action {

/// Deleted with what is in it.
class ActionFolder {
 public:
  ActionFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "sluice-action-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~ActionFolder() { std::filesystem::remove_all(path_); }
  ActionFolder(const ActionFolder&) = delete;
  ActionFolder& operator=(const ActionFolder&) = delete;

  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

inline std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::vector<std::string> lines;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

inline Event event_of(const std::string& id, const std::string& decision = "KO") {
  return {.id = id,
          .station = "line 1",
          .kind = "item",
          .decision = decision,
          .time = "2026-11-22T12:00:00.123Z",
          .details = boost::json::parse(R"({"verdict":{"rule":"all","reason":"front is \"KO\""},
              "cameras":{"front":{"image":"a/b.jpg","verdicts":[{"rule":"lot"}]}},
              "deadline_ms":500,"on_time":true,"error":null})")
                         .as_object()};
}

inline WallTime wall(std::chrono::milliseconds time) {
  return WallTime(std::chrono::hours(480'000) + time);
}

}  // namespace sluice::action
