// A file of JSON lines that is appended to line by line: dead letters, telemetry.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string_view>

#include "base/result.hpp"

namespace sluice::action {

struct NdjsonFileOptions {
  std::filesystem::path path;
  std::uint64_t max_size = std::uint64_t{64} << 20;  ///< bytes, before a new file is begun
  int keep = 4;  ///< older files beside it: PATH.1 (the last) to PATH.4
};

/// Errors (invalid) name the option and what it may be.
base::Status check(const NdjsonFileOptions& options);

/// Thread-safe within one process.
class NdjsonFile {
 public:
  /// The options have passed check(). Opens nothing yet.
  explicit NdjsonFile(NdjsonFileOptions options);
  ~NdjsonFile();
  NdjsonFile(const NdjsonFile&) = delete;
  NdjsonFile& operator=(const NdjsonFile&) = delete;

  /// A whole line on the disk, or none: what a crash left of a line is cut off with the next one.
  /// `line` has no line breaks. Errors: as store::io_error().
  base::Status append(std::string_view line);

 private:
  base::Status open();
  base::Status cut_torn_line();
  base::Status rotate();
  void close();

  const NdjsonFileOptions options_;
  std::mutex mutex_;
  int file_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace sluice::action
