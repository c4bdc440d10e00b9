// What the tests of this folder share: the program in this process, and a folder of its own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/session.hpp"

namespace sluice::cli {

struct Ran {
  ExitCode code = ExitCode::ok;
  std::string out;
  std::string err;
};

/// Runs the program with arguments as a shell would give them; nothing is a terminal.
Ran run_sluice(std::vector<std::string> arguments);

/// A folder that lives as long as the object.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string path(const std::string& name) const { return (root_ / name).string(); }
  /// Writes a file and returns its path.
  std::string write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path root_;
};

[[nodiscard]] std::string read_file(const std::string& path);

/// One of the shipped examples.
[[nodiscard]] std::string example(const std::string& name);

}  // namespace sluice::cli
