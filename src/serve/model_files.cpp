#include "serve/model_files.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include <sys/stat.h>

namespace sluice::serve {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::fail;

constexpr const char* kExtension = ".onnx";
constexpr const char* kFile = "model.onnx";
constexpr const char* kOnlyVersion = "1";
constexpr std::size_t kMostDigits = 18;

bool is_version(const std::string& name) {
  return !name.empty() && name.size() <= kMostDigits && name[0] != '0' &&
         std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
}

/// One plain part of a path, so that no name can lead elsewhere.
bool is_plain(const std::string& name) {
  return !name.empty() && name[0] != '.' && name.find('/') == std::string::npos &&
         name.find('\0') == std::string::npos;
}

/// Error: `path`, with its links followed, does not lie in `root`.
base::Status confine(const fs::path& path, const fs::path& root) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  const fs::path real_root = error ? fs::path() : fs::canonical(root, error);
  if (error) {
    return fail(ErrorCode::not_found, "'{}' cannot be read: {}", path.string(), error.message());
  }
  const auto [end, unused] = std::ranges::mismatch(real_root, real);
  if (end != real_root.end()) {
    return fail(ErrorCode::invalid, "'{}' is a link out of its folder '{}': put the file there",
                path.string(), root.string());
  }
  return {};
}

base::Result<std::vector<fs::path>> entries(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> paths;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    paths.push_back(at->path());
  }
  if (error) {
    return fail(ErrorCode::io, "folder '{}' cannot be read: {}", folder.string(), error.message());
  }
  return paths;
}

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

}  // namespace

std::optional<FileStamp> stamp_of(const std::string& path) {
  struct ::stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileStamp{status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec,
                   static_cast<std::uint64_t>(status.st_size), status.st_ino};
}

bool older(const std::string& a, const std::string& b) {
  return std::pair(a.size(), std::string_view(a)) < std::pair(b.size(), std::string_view(b));
}

base::Result<std::vector<VersionFile>> find_versions(const std::string& path) {
  if (!is_folder(path)) {
    if (!stamp_of(path)) {
      return fail(ErrorCode::not_found, "there is no file or folder '{}'", path);
    }
    return std::vector<VersionFile>{{kOnlyVersion, path}};
  }
  const auto listed = entries(path);
  if (!listed) return tl::unexpected(listed.error());
  std::vector<VersionFile> found;
  for (const fs::path& entry : *listed) {
    if (!is_version(entry.filename()) || !is_file(entry / kFile)) continue;
    found.push_back({entry.filename(), entry / kFile});
  }
  if (found.empty() && is_file(fs::path(path) / kFile)) {
    found.push_back({kOnlyVersion, fs::path(path) / kFile});
  }
  if (found.empty()) {
    return fail(ErrorCode::not_found, "folder '{}' has neither VERSION/{} (1, 2, ...) nor {}", path,
                kFile, kFile);
  }
  for (const VersionFile& version : found) {
    if (auto inside = confine(version.path, path); !inside) return tl::unexpected(inside.error());
  }
  std::ranges::sort(found, older, &VersionFile::version);
  return found;
}

base::Result<std::vector<std::string>> model_names(const std::string& folder) {
  const auto listed = entries(folder);
  if (!listed) return tl::unexpected(listed.error());
  std::set<std::string> names;
  for (const fs::path& entry : *listed) {
    const std::string name = entry.filename();
    if (!is_plain(name)) continue;
    if (is_folder(entry) && find_versions(entry)) {
      names.insert(name);
    } else if (is_file(entry) && entry.extension() == kExtension && is_plain(entry.stem())) {
      names.insert(entry.stem());
    }
  }
  return std::vector<std::string>(names.begin(), names.end());
}

base::Result<std::string> find_model(const std::string& folder, const std::string& name) {
  if (!is_plain(name)) {
    return fail(ErrorCode::invalid,
                "'{}' is not the name of a model: names have no '/' and do not "
                "begin with '.'",
                name);
  }
  const fs::path root(folder);
  for (const fs::path& place : {root / (name + kExtension), root / name}) {
    if (!is_file(place) && !is_folder(place)) continue;
    if (auto inside = confine(place, root); !inside) return tl::unexpected(inside.error());
    return place.string();
  }
  return fail(ErrorCode::not_found, "there is no model '{}' in the repository", name);
}

}  // namespace sluice::serve
