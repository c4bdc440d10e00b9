// Files that are there as a whole or not at all, also after a crash.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "base/result.hpp"

namespace sluice::store {

/// Creates the folder and its missing parents, each durably. Errors: as io_error().
base::Status make_folder(const std::filesystem::path& folder);

/// Writes `temporary`, syncs it, renames it to `path` (replacing what is there) and syncs the
/// folder: whoever opens `path`, at any time, finds the old bytes or the new ones. Both paths are
/// on one file system. Errors: as io_error(); `path` is then as before, and `temporary` is gone.
base::Status write_atomically(const std::filesystem::path& path,
                              const std::filesystem::path& temporary,
                              std::span<const std::byte> bytes);

/// The error for a system call that failed: `<action> <path>: <what errno means>`, with the code
/// not_found (no such file), unavailable (the disk or a quota is full) or io.
[[nodiscard]] base::Error io_error(std::string_view action, const std::filesystem::path& path,
                                   int error_number);

}  // namespace sluice::store
