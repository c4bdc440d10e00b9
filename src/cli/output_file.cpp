#include "cli/output_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <unistd.h>

namespace sluice::cli {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::fail;

base::Status prepare_output(const std::string& path, bool force) {
  if (path.empty()) return {};
  std::error_code error;
  const auto status = fs::status(path, error);
  if (fs::is_directory(status)) {
    return fail(ErrorCode::invalid, "{}: is a folder; name a file", path);
  }
  if (fs::exists(status)) {
    if (!force && fs::is_regular_file(status)) {
      return fail(ErrorCode::invalid, "{}: exists; give another name, or --force to replace it",
                  path);
    }
    if (::access(path.c_str(), W_OK) != 0) {
      return fail(ErrorCode::invalid, "{}: cannot be written: {}", path, std::strerror(errno));
    }
    return {};
  }
  const auto folder = fs::path(path).parent_path();
  if (!folder.empty()) {
    fs::create_directories(folder, error);
    if (error) {
      return fail(ErrorCode::invalid, "{}: its folder cannot be made: {}", path, error.message());
    }
  }
  const auto place = folder.empty() ? std::string(".") : folder.string();
  if (::access(place.c_str(), W_OK) != 0) {
    return fail(ErrorCode::invalid, "{}: cannot be written: {}", path, std::strerror(errno));
  }
  return {};
}

base::Status write_output(const std::string& path, std::string_view text) {
  if (path.empty()) return {};
  errno = 0;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (!out) {
    return fail(ErrorCode::io, "{}: could not be written: {}", path,
                errno == 0 ? "unknown reason" : std::strerror(errno));
  }
  return {};
}

}  // namespace sluice::cli
