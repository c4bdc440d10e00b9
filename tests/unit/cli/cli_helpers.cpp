#include "unit/cli/cli_helpers.hpp"

#include <fstream>
#include <iterator>
#include <sstream>

#include <unistd.h>

#include "cli/program.hpp"

namespace sluice::cli {

Ran run_sluice(std::vector<std::string> arguments) {
  std::ostringstream out;
  std::ostringstream err;
  Session session{.out = out, .err = err};
  const auto code = run_program(std::move(arguments), session);
  return {code, out.str(), err.str()};
}

Folder::Folder() {
  auto pattern = (std::filesystem::temp_directory_path() / "sluice-cli-XXXXXX").string();
  root_ = ::mkdtemp(pattern.data());
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

std::string Folder::write(const std::string& name, const std::string& text) const {
  std::filesystem::create_directories((root_ / name).parent_path());
  std::ofstream(root_ / name) << text;
  return path(name);
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string example(const std::string& name) {
  return std::string(SLUICE_SOURCE_DIR) + "/examples/" + name;
}

}  // namespace sluice::cli
