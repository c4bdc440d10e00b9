#include "telemetry/journal_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <set>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sluice::telemetry {

namespace {

std::string reason(int error) {
  return std::strerror(error);
}

bool exists(const std::string& path, struct stat& info) {
  return ::stat(path.c_str(), &info) == 0;
}

/// The files that this process writes. The generations of a daemon share a path: the next one takes
/// it over while the one before still writes its last lines. The lock is held while files are moved
/// and made, so that two of them do not do so at once.
struct OwnFiles {
  std::mutex mutex;
  std::set<std::pair<::dev_t, ::ino_t>> open;
};

OwnFiles& own_files() {
  static OwnFiles files;
  return files;
}

std::pair<::dev_t, ::ino_t> identity(const struct stat& info) {
  return {info.st_dev, info.st_ino};
}

}  // namespace

base::Result<std::unique_ptr<JournalFile>> JournalFile::open(const JournalOptions& options,
                                                             Header header) {
  std::unique_ptr<JournalFile> file(new JournalFile(options, std::move(header)));
  auto& own = own_files();
  const std::scoped_lock lock(own.mutex);
  struct stat info {};
  if (exists(options.path, info)) {
    file->regular_ = S_ISREG(info.st_mode);
    if (file->regular_ && info.st_size > 0) {
      if (options.keep_files == 0 && own.open.contains(identity(info))) {
        ::unlink(options.path.c_str());  // as a rotation of its own would drop it
      } else if (options.keep_files == 0) {
        return base::fail(base::ErrorCode::invalid,
                          "journal {}: the file exists and keep_files is 0, so that it would be "
                          "lost; remove it or choose another path",
                          options.path);
      } else if (auto status = file->move_old_files(); !status) {
        return tl::unexpected(status.error());
      }
    }
  }
  if (auto status = file->create(); !status) {
    return tl::unexpected(status.error());
  }
  if (!file->write_header()) {
    return base::fail(base::ErrorCode::io, "journal {}: cannot write: {}", options.path,
                      file->error_);
  }
  return file;
}

JournalFile::~JournalFile() {
  const std::scoped_lock lock(own_files().mutex);
  close();
}

void JournalFile::close() {
  if (fd_ < 0) {
    return;
  }
  struct stat info {};
  if (::fstat(fd_, &info) == 0) {
    own_files().open.erase(identity(info));
  }
  ::close(fd_);
}

bool JournalFile::taken_over() const {
  struct stat own {};
  struct stat there {};
  return ::fstat(fd_, &own) == 0 && exists(options_.path, there) &&
         identity(own) != identity(there) && own_files().open.contains(identity(there));
}

std::string JournalFile::rotated(std::uint32_t number) const {
  return fmt::format("{}.{}", options_.path, number);
}

base::Status JournalFile::create() {
  const int fd = ::open(options_.path.c_str(),
                        O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (regular_ ? O_TRUNC : 0), 0644);
  if (fd < 0) {
    return base::fail(base::ErrorCode::io,
                      "journal {}: cannot create: {}; the folder must exist and be writable",
                      options_.path, reason(errno));
  }
  close();
  fd_ = fd;
  if (struct stat info{}; regular_ && ::fstat(fd_, &info) == 0) {
    own_files().open.insert(identity(info));
  }
  ++part_;
  size_ = 0;
  return {};
}

base::Status JournalFile::move_old_files() {
  for (std::uint32_t number = options_.keep_files; number > 0; --number) {
    const std::string from = number == 1 ? options_.path : rotated(number - 1);
    if (std::rename(from.c_str(), rotated(number).c_str()) != 0 && errno != ENOENT) {
      return base::fail(base::ErrorCode::io, "journal {}: cannot move to {}: {}", from,
                        rotated(number), reason(errno));
    }
  }
  return {};
}

bool JournalFile::write_header() {
  const std::string line = header_(part_);
  header_size_ = line.size();
  return append(line) == line.size();
}

std::size_t JournalFile::append(std::string_view lines) {
  std::size_t done = 0;
  while (done < lines.size()) {
    const ::ssize_t n = ::write(fd_, lines.data() + done, lines.size() - done);
    if (n > 0) {
      done += static_cast<std::size_t>(n);
    } else if (n == 0 || errno != EINTR) {
      error_ = reason(n == 0 ? ENOSPC : errno);
      break;
    }
  }
  if (done < lines.size()) {
    // Half a line must not stay: what is written next would continue it.
    const std::size_t last_end = lines.substr(0, done).rfind('\n');
    const std::size_t whole = last_end == std::string_view::npos ? 0 : last_end + 1;
    if (regular_ && whole < done && ::ftruncate(fd_, static_cast<::off_t>(size_ + whole)) != 0) {
      error_ = reason(errno);
    }
    done = whole;
  }
  size_ += done;
  return done;
}

void JournalFile::rotate() {
  const std::scoped_lock lock(own_files().mutex);
  if (taken_over()) {
    return;  // its last lines go where the ones before are
  }
  if (!create_pending_ && options_.keep_files > 0) {
    if (auto status = move_old_files(); !status) {
      error_ = status.error().message;
      return;  // the file grows on; the next write tries again
    }
  }
  auto status = create();
  create_pending_ = !status;
  if (!status) {
    error_ = status.error().message;
  }
}

std::size_t JournalFile::write(std::string_view lines) {
  if (regular_ && options_.rotate_bytes > 0 && size_ > header_size_ &&
      size_ + lines.size() > options_.rotate_bytes) {
    rotate();
  }
  if (size_ == 0 && !write_header()) {
    return 0;
  }
  return append(lines);
}

}  // namespace sluice::telemetry
