// From a file to a Config.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/document.hpp"
#include "config/problem.hpp"

namespace sluice::config {

struct LoadOptions {
  /// "path=value", put over the file's content: see assign().
  std::vector<std::string> settings;
  Environment environment = process_environment();
};

/// The configuration, or everything that is wrong with the file.
struct Loaded {
  std::optional<Config> config;
  Node document;  ///< what it was read from: for the places of later problems
  Problems problems;
};

/// Reads and checks a configuration file. Files that it names are not looked at: see
/// check_files().
[[nodiscard]] Loaded load_file(const std::string& path, const LoadOptions& options = {});

/// The same for a text; `path` names it in problems, and its folder is what relative paths in it
/// are relative to.
[[nodiscard]] Loaded load_text(std::string_view text, const std::string& path,
                               const LoadOptions& options = {});

/// Every file and folder that the configuration names for reading exists and can be read; traces
/// are read in full.
/// `loaded` must hold a configuration; `path` names the file in problems.
[[nodiscard]] Problems check_files(const Loaded& loaded, const std::string& path);

/// Puts "key=value" over scheduling options that come from elsewhere (a journal): a key of the
/// `scheduler` section ("policy=edf", with or without "scheduler." in front), or of a task
/// ("tasks[detector].priority=5"). Error: says which part is wrong and what is known.
[[nodiscard]] base::Status apply_setting(schedule::SchedulerOptions& options,
                                         const std::string& setting);

}  // namespace sluice::config
