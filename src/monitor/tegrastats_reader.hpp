// Follows tegrastats: its log file, or the live command.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/result.hpp"
#include "base/time.hpp"
#include "monitor/tegrastats.hpp"

namespace sluice::monitor {

/// Every sample of a log file, in order. Lines that are not of tegrastats are skipped and
/// counted in `skipped` (may be null). Error: the file cannot be read.
base::Result<std::vector<TegraSample>> read_tegrastats_log(const std::string& path,
                                                           std::uint64_t* skipped);

/// Reads what has come since the last call, without waiting. Not thread-safe.
class TegrastatsReader {
 public:
  /// Starts at the beginning of the file and follows it as it grows. Error: cannot be opened.
  static base::Result<std::unique_ptr<TegrastatsReader>> open_log(const std::string& path);
  /// Starts the command (its first word is looked up in PATH) and reads what it prints. It is
  /// ended when the reader goes. Error: it cannot be started.
  static base::Result<std::unique_ptr<TegrastatsReader>> start(
      const std::vector<std::string>& command);

  ~TegrastatsReader();
  TegrastatsReader(const TegrastatsReader&) = delete;
  TegrastatsReader& operator=(const TegrastatsReader&) = delete;

  /// Takes in all complete lines there are; `now` dates them.
  void poll(base::Time now);
  /// The newest sample; nullopt before the first.
  [[nodiscard]] const std::optional<TegraSample>& latest() const { return latest_; }
  /// When poll() took it in.
  [[nodiscard]] base::Time latest_time() const { return latest_time_; }
  /// The command ended: nothing more will come. (A log file never ends.)
  [[nodiscard]] bool ended() const { return ended_; }
  /// Lines that were not of tegrastats.
  [[nodiscard]] std::uint64_t skipped() const { return skipped_; }
  /// For tests that wait for the command's output with poll(2). -1 once ended.
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  TegrastatsReader(int descriptor, pid_t child) : descriptor_(descriptor), child_(child) {}
  void take_line(std::string_view line, base::Time now);
  void take_bytes(std::string_view bytes, base::Time now);
  void close_descriptor();

  int descriptor_;
  pid_t child_;  ///< 0: a log file
  std::string partial_;
  bool overlong_ = false;
  std::optional<TegraSample> latest_;
  base::Time latest_time_{};
  bool ended_ = false;
  std::uint64_t skipped_ = 0;
};

}  // namespace sluice::monitor
