#include "cli/station_editor.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>

#include "config/station_checks.hpp"
#include "store/atomic_file.hpp"

namespace sluice::cli {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using Current = std::function<std::shared_ptr<const config::Config>()>;

/// What the configuration's loader takes for a name, and no way out of the folder.
bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= 100 && name.front() != '.' &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

/// The file of a station. Errors: unsupported (there is no folder, or the station stands in the
/// configuration itself), invalid (the name).
base::Result<fs::path> file_of(const config::Config& config, const std::string& station) {
  if (!is_name(station)) {
    return base::fail(ErrorCode::invalid,
                      "a station's name has letters, digits, `-`, `_` and `.`, and no `.` first");
  }
  if (config.station_files.empty()) {
    return base::fail(ErrorCode::unsupported,
                      "stations can be edited here if the configuration has `station_files`: a "
                      "folder for them");
  }
  const auto inside = std::ranges::any_of(
      config.stations, [&](const auto& one) { return one.name == station && one.file.empty(); });
  if (inside) {
    return base::fail(ErrorCode::unsupported,
                      "station {} stands in the configuration file itself; edit it there", station);
  }
  return fs::path(config.station_files) / (station + ".yaml");
}

std::vector<station::TextProblem> problems_of(const config::Config& config, const fs::path& file,
                                              const std::string& text) {
  config::Problems found;
  static_cast<void>(config::read_station_text(text, file.string(), config, found));
  std::vector<station::TextProblem> out;
  for (const auto& problem : found) {
    out.push_back({problem.path, static_cast<int>(problem.place.line), problem.message});
  }
  return out;
}

base::Result<std::string> read(const fs::path& file, const std::string& station) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    return base::fail(ErrorCode::not_found, "station {} has no file of its own", station);
  }
  return std::string{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

base::Status write(const fs::path& file, const std::string& text) {
  return store::write_atomically(file, file.string() + ".new", std::as_bytes(std::span(text)));
}

/// Puts the files in force; if that fails they are as they were.
base::Status apply(const fs::path& file, const std::optional<std::string>& before,
                   const std::function<base::Status()>& reload) {
  auto done = reload();
  if (done) return done;
  std::error_code ignored;
  if (before) {
    static_cast<void>(write(file, *before));
  } else {
    fs::remove(file, ignored);
  }
  return base::fail(ErrorCode::invalid, "it cannot be put in force: {}", done.error().message);
}

}  // namespace

station::Editor station_editor(Current current, std::function<base::Status()> reload) {
  station::Editor editor;
  editor.text = [current](const std::string& station) -> base::Result<std::string> {
    const auto file = file_of(*current(), station);
    if (!file) return tl::unexpected(file.error());
    return read(*file, station);
  };
  editor.check = [current](const std::string& station,
                           const std::string& text) -> std::vector<station::TextProblem> {
    const auto config = current();
    if (!is_name(station)) return {{"name", 0, "this is no name of a station"}};
    const auto folder = config->station_files.empty() ? "." : config->station_files;
    return problems_of(*config, fs::path(folder) / (station + ".yaml"), text);
  };
  editor.write = [current, reload](const std::string& station,
                                   const std::string& text) -> base::Status {
    const auto file = file_of(*current(), station);
    if (!file) return tl::unexpected(file.error());
    const auto before = read(*file, station);
    if (auto written = write(*file, text); !written) return written;
    return apply(*file, before ? std::optional(*before) : std::nullopt, reload);
  };
  editor.remove = [current, reload](const std::string& station) -> base::Status {
    const auto file = file_of(*current(), station);
    if (!file) return tl::unexpected(file.error());
    const auto before = read(*file, station);
    if (!before) return tl::unexpected(before.error());
    std::error_code error;
    fs::remove(*file, error);
    if (error) return base::fail(ErrorCode::io, "{}: {}", file->string(), error.message());
    return apply(*file, *before, reload);
  };
  return editor;
}

}  // namespace sluice::cli
