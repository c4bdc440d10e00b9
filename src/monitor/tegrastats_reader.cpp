#include "monitor/tegrastats_reader.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/text.hpp"

namespace sluice::monitor {
namespace {

// Real lines have some 500 bytes.
constexpr std::size_t kMaxLine = 64 * 1024;

// Starts `command` with its standard output on `output`, in a process group of its own so that
// what it starts in turn (sudo, a shell) can be ended with it. Returns an errno value.
int spawn(const std::vector<std::string>& command, int output, pid_t* child) {
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  const int error = posix_spawnp(child, words.front(), &files, &attributes, words.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

}  // namespace

base::Result<std::vector<TegraSample>> read_tegrastats_log(const std::string& path,
                                                           std::uint64_t* skipped) {
  std::ifstream in(path);
  if (!in) {
    return base::fail(base::ErrorCode::io, "tegrastats log {}: cannot be opened: {}", path,
                      std::strerror(errno));
  }
  std::vector<TegraSample> samples;
  std::uint64_t bad = 0;
  std::string line;
  while (std::getline(in, line)) {
    auto sample = parse_tegrastats(line);
    if (sample) {
      samples.push_back(std::move(*sample));
    } else if (!trim(line).empty()) {
      ++bad;
    }
  }
  if (in.bad()) {
    return base::fail(base::ErrorCode::io, "tegrastats log {}: cannot be read", path);
  }
  if (skipped != nullptr) *skipped = bad;
  return samples;
}

base::Result<std::unique_ptr<TegrastatsReader>> TegrastatsReader::open_log(
    const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    return base::fail(base::ErrorCode::io,
                      "tegrastats log {}: cannot be opened: {}; start 'tegrastats --logfile {}' "
                      "or correct the path",
                      path, std::strerror(errno), path);
  }
  return std::unique_ptr<TegrastatsReader>(new TegrastatsReader(descriptor, 0));
}

base::Result<std::unique_ptr<TegrastatsReader>> TegrastatsReader::start(
    const std::vector<std::string>& command) {
  if (command.empty()) {
    return base::fail(base::ErrorCode::invalid, "tegrastats: the command is empty");
  }
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return base::fail(base::ErrorCode::io, "tegrastats: no pipe: {}", std::strerror(errno));
  }
  pid_t child = 0;
  const int error = spawn(command, ends[1], &child);
  ::close(ends[1]);
  if (error != 0) {
    ::close(ends[0]);
    return base::fail(base::ErrorCode::unavailable,
                      "tegrastats: '{}' cannot be started: {}; it comes with NVIDIA Jetson Linux",
                      command.front(), std::strerror(error));
  }
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return std::unique_ptr<TegrastatsReader>(new TegrastatsReader(ends[0], child));
}

TegrastatsReader::~TegrastatsReader() {
  close_descriptor();
  if (child_ == 0) return;
  // tegrastats keeps nothing that an abrupt end could spoil.
  ::kill(-child_, SIGKILL);
  while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void TegrastatsReader::close_descriptor() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

void TegrastatsReader::poll(base::Time now) {
  char piece[16 * 1024];
  while (descriptor_ >= 0) {
    const ssize_t got = ::read(descriptor_, piece, sizeof piece);
    if (got > 0) {
      take_bytes({piece, static_cast<std::size_t>(got)}, now);
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    const bool nothing_yet = got < 0 && errno == EAGAIN;
    if (!nothing_yet && child_ != 0) {
      ended_ = true;
      close_descriptor();
    }
    return;
  }
}

void TegrastatsReader::take_bytes(std::string_view bytes, base::Time now) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    partial_.append(bytes.substr(0, end));
    if (partial_.size() > kMaxLine) {
      partial_.clear();
      overlong_ = true;
    }
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
    if (overlong_) {
      ++skipped_;
    } else {
      take_line(partial_, now);
    }
    overlong_ = false;
    partial_.clear();
  }
}

void TegrastatsReader::take_line(std::string_view line, base::Time now) {
  auto sample = parse_tegrastats(line);
  if (sample) {
    latest_ = std::move(*sample);
    latest_time_ = now;
  } else if (!trim(line).empty()) {
    ++skipped_;
  }
}

}  // namespace sluice::monitor
