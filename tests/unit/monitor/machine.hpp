// A copy of a fixture machine that a test may change.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

namespace sluice::monitor {

class Machine {
 public:
  /// A copy of tests/fixtures/machines/`name`; an empty name: an empty folder.
  explicit Machine(const std::string& name = "") {
    std::string folder =
        (std::filesystem::temp_directory_path() / "sluice-machine-XXXXXX").string();
    root_ = ::mkdtemp(folder.data());
    if (name.empty()) return;
    std::filesystem::copy(std::string(SLUICE_SOURCE_DIR) + "/tests/fixtures/machines/" + name,
                          root_, std::filesystem::copy_options::recursive);
  }
  ~Machine() { std::filesystem::remove_all(root_); }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  [[nodiscard]] std::string root() const { return root_.string(); }

  void write(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  void remove(const std::string& path) const { std::filesystem::remove_all(root_ / path); }

 private:
  std::filesystem::path root_;
};

}  // namespace sluice::monitor
