#include "action/ndjson_file.hpp"

#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/atomic_file.hpp"

namespace sluice::action {

base::Status check(const NdjsonFileOptions& options) {
  if (options.path.empty()) return base::fail(base::ErrorCode::invalid, "path is missing");
  if (options.max_size == 0) {
    return base::fail(base::ErrorCode::invalid, "max_size must not be 0");
  }
  if (options.keep < 0 || options.keep > 1000) {
    return base::fail(base::ErrorCode::invalid, "keep is {}, but must be 0 to 1000", options.keep);
  }
  return {};
}

NdjsonFile::NdjsonFile(NdjsonFileOptions options) : options_(std::move(options)) {}

NdjsonFile::~NdjsonFile() {
  close();
}

void NdjsonFile::close() {
  if (file_ >= 0) ::close(file_);
  file_ = -1;
}

base::Status NdjsonFile::append(std::string_view line) {
  const std::lock_guard lock(mutex_);
  const std::string text = std::string(line) + "\n";
  if (file_ < 0) {
    if (auto ok = open(); !ok) return ok;
  }
  if (size_ > 0 && size_ + text.size() > options_.max_size) {
    if (auto ok = rotate(); !ok) return ok;
  }
  const ssize_t written = ::write(file_, text.data(), text.size());
  const bool whole = written == static_cast<ssize_t>(text.size());
  if (!whole || ::fdatasync(file_) != 0) {
    // A part that was written without an error did not fit.
    const int problem = written >= 0 && !whole ? ENOSPC : errno;
    close();  // the next append() cuts the rest off
    return tl::unexpected(store::io_error("cannot write", options_.path, problem));
  }
  size_ += text.size();
  return {};
}

base::Status NdjsonFile::open() {
  const auto folder = options_.path.parent_path();
  if (!folder.empty()) {
    if (auto ok = store::make_folder(folder); !ok) return ok;
  }
  file_ = ::open(options_.path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (file_ < 0) return tl::unexpected(store::io_error("cannot open", options_.path, errno));
  return cut_torn_line();
}

base::Status NdjsonFile::cut_torn_line() {
  struct stat status {};
  if (::fstat(file_, &status) != 0) {
    return tl::unexpected(store::io_error("cannot read", options_.path, errno));
  }
  const auto length = status.st_size;
  auto end = length;
  std::array<char, 4096> block{};
  while (end > 0) {
    const auto begin = std::max<off_t>(0, end - static_cast<off_t>(block.size()));
    const auto size = static_cast<std::size_t>(end - begin);
    if (::pread(file_, block.data(), size, begin) != static_cast<ssize_t>(size)) {
      return tl::unexpected(store::io_error("cannot read", options_.path, errno));
    }
    const auto line_end = std::string_view(block.data(), size).rfind('\n');
    if (line_end != std::string_view::npos) {
      end = begin + static_cast<off_t>(line_end) + 1;
      break;
    }
    end = begin;
  }
  if (end < length && ::ftruncate(file_, end) != 0) {
    return tl::unexpected(store::io_error("cannot repair", options_.path, errno));
  }
  size_ = static_cast<std::uint64_t>(end);
  return {};
}

base::Status NdjsonFile::rotate() {
  close();
  const auto numbered = [this](int number) {
    return options_.path.string() + (number == 0 ? "" : "." + std::to_string(number));
  };
  std::error_code error;
  if (options_.keep == 0) std::filesystem::remove(options_.path, error);
  for (int number = options_.keep; number > 0 && !error; --number) {
    std::filesystem::rename(numbered(number - 1), numbered(number), error);
    if (error == std::errc::no_such_file_or_directory) error.clear();
  }
  if (error) {
    return tl::unexpected(store::io_error("cannot rename", options_.path, error.value()));
  }
  return open();
}

}  // namespace sluice::action
