#include "action/process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sluice::action {
namespace {

using Steady = std::chrono::steady_clock;

// How often an end without output is looked for: a descriptor that tells it needs Linux 5.3.
constexpr std::chrono::milliseconds kLookForEnd{10};

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const auto& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// posix_spawn, which does not copy the memory of a large process. Returns an errno.
int spawn(const ProcessOptions& options, int output, pid_t& process) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  const auto arguments = pointers_to(options.arguments);
  const auto environment = pointers_to(options.environment);
  const int error = ::posix_spawnp(&process, arguments[0], &files, &attributes, arguments.data(),
                                   environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

/// Takes what is there, and keeps it up to the limit. False: there will be no more.
bool drain(int pipe, std::size_t most, std::string& output) {
  std::array<char, 4096> block{};
  while (true) {
    const ssize_t size = ::read(pipe, block.data(), block.size());
    if (size == 0) return false;
    if (size < 0) return errno == EAGAIN || errno == EINTR;
    const auto kept = std::min(static_cast<std::size_t>(size), most - output.size());
    output.append(block.data(), kept);
  }
}

}  // namespace

base::Result<ProcessResult> run_process(const ProcessOptions& options) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
    return base::fail(base::ErrorCode::unavailable, "cannot start {}: {}", options.arguments[0],
                      std::generic_category().message(errno));
  }
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  // The program may block on its output.
  ::fcntl(write_end.get(), F_SETFL, 0);

  pid_t process = 0;
  if (const int error = spawn(options, write_end.get(), process); error != 0) {
    const bool later = error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE;
    return base::fail(later ? base::ErrorCode::unavailable : base::ErrorCode::invalid,
                      "cannot start {}: {}", options.arguments[0],
                      std::generic_category().message(error));
  }
  write_end.close();

  ProcessResult result;
  const auto end = Steady::now() + options.timeout;
  bool open = true;
  while (::waitpid(process, &result.status, WNOHANG) == 0) {
    if (Steady::now() >= end) {
      result.timed_out = true;
      ::kill(-process, SIGKILL);
      ::waitpid(process, &result.status, 0);
      break;
    }
    pollfd wanted{.fd = open ? read_end.get() : -1, .events = POLLIN, .revents = 0};
    ::poll(&wanted, 1, static_cast<int>(kLookForEnd.count()));
    open = open && drain(read_end.get(), options.most_output, result.output);
  }
  if (open) drain(read_end.get(), options.most_output, result.output);
  return result;
}

}  // namespace sluice::action
