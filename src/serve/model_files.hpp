// Where models lie: files, folders of versions, folders of models.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace sluice::serve {

/// What changes when a file does.
struct FileStamp {
  std::int64_t modified_ns = 0;
  std::uint64_t size = 0;
  std::uint64_t inode = 0;
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

/// nullopt: there is no such file.
[[nodiscard]] std::optional<FileStamp> stamp_of(const std::string& path);

struct VersionFile {
  std::string version;
  std::string path;
};

/// The versions at `path`: a file is version "1"; a folder has VERSION/model.onnx, or only a
/// model.onnx, which is version "1". Oldest first. Errors: nothing there (not_found); a link that
/// leads out of the folder (invalid).
[[nodiscard]] base::Result<std::vector<VersionFile>> find_versions(const std::string& path);

/// Names of the models in a folder of models (NAME.onnx, NAME/), in order. Error: it cannot be
/// read.
[[nodiscard]] base::Result<std::vector<std::string>> model_names(const std::string& folder);

/// Where the model lies in a folder of models, for find_versions(). Errors: no such model
/// (not_found); a name that is no plain name, or a link that leads out of the folder (invalid).
[[nodiscard]] base::Result<std::string> find_model(const std::string& folder,
                                                   const std::string& name);

/// Whether version `a` is older than `b`; both are numbers without leading zeros.
[[nodiscard]] bool older(const std::string& a, const std::string& b);

}  // namespace sluice::serve
