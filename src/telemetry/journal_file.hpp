// The journal's file: whole lines only, a header first in every file, rotation by size.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "telemetry/journal.hpp"

namespace sluice::telemetry {

/// Not thread-safe. Never throws for what the disk does. Another journal of the process may open
/// the same path: this one's lines then stay in the file that it has, which rotates no more.
class JournalFile {
 public:
  /// Gives the first line of file number `part` (1, 2, ...).
  using Header = std::function<std::string(std::uint32_t part)>;

  /// Moves a file that is in the way, creates a new one and writes its header. Errors: as
  /// Journal::open.
  static base::Result<std::unique_ptr<JournalFile>> open(const JournalOptions& options,
                                                         Header header);
  ~JournalFile();
  JournalFile(const JournalFile&) = delete;
  JournalFile& operator=(const JournalFile&) = delete;

  /// Appends lines, in a new file if this one is full. Returns how many of the first bytes are
  /// in the file afterwards, always a number of whole lines; less than all of them means that
  /// the disk refused, and error() tells why.
  std::size_t write(std::string_view lines);

  /// What went wrong last; empty: nothing did.
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  JournalFile(const JournalOptions& options, Header header)
      : options_(options), header_(std::move(header)) {}
  /// The file by its path now, closing the one before.
  base::Status create();
  void close();
  /// Another journal of this process has begun a file of its own in this one's place.
  [[nodiscard]] bool taken_over() const;
  base::Status move_old_files();
  bool write_header();
  std::size_t append(std::string_view lines);
  void rotate();
  [[nodiscard]] std::string rotated(std::uint32_t number) const;

  JournalOptions options_;
  Header header_;
  std::string error_;
  int fd_ = -1;
  bool regular_ = true;          ///< not a pipe or device: can be cut and rotated
  bool create_pending_ = false;  ///< the full file was moved, its successor could not be created
  std::uint32_t part_ = 0;
  std::uint64_t size_ = 0;
  std::uint64_t header_size_ = 0;
};

}  // namespace sluice::telemetry
