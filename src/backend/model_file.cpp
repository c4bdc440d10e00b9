#include "backend/model_file.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

namespace sluice::backend {

using base::ErrorCode;
using base::fail;

namespace {

constexpr std::string_view kLfsPointer = "version https://git-lfs.github.com/spec/";

}  // namespace

base::Status check_model_file(const std::string& path) {
  namespace fs = std::filesystem;
  if (path.empty()) return fail(ErrorCode::invalid, "no model file is given; set its path");
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) {
    if (error && error != std::errc::no_such_file_or_directory &&
        error != std::errc::not_a_directory) {
      return fail(ErrorCode::io, "cannot read '{}': {}", path, error.message());
    }
    return fail(ErrorCode::not_found, "there is no file '{}'; check the model's path", path);
  }
  if (fs::is_directory(status)) {
    return fail(ErrorCode::invalid, "'{}' is a folder; give the .onnx file in it", path);
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return fail(ErrorCode::io, "cannot open '{}'; check that this user may read it", path);
  }
  std::array<char, kLfsPointer.size()> head{};
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  if (file.gcount() == 0) {
    return fail(ErrorCode::invalid, "'{}' is empty; fetch or export the model again", path);
  }
  if (std::string_view(head.data(), static_cast<std::size_t>(file.gcount())) == kLfsPointer) {
    return fail(ErrorCode::invalid,
                "'{}' is a Git LFS pointer, not the model itself; run 'git lfs pull'", path);
  }
  return {};
}

}  // namespace sluice::backend
