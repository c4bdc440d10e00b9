#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "cli/program.hpp"

namespace {

/// Whether colour and progress make sense there.
bool is_terminal(int descriptor) {
  const char* term = std::getenv("TERM");
  return ::isatty(descriptor) == 1 && std::getenv("NO_COLOR") == nullptr &&
         !(term != nullptr && std::string_view(term) == "dumb");
}

}  // namespace

int main(int argc, char** argv) {
  using namespace sluice::cli;
  // FFmpeg, behind OpenCV, would write to standard error what errors say anyway, and with the
  // addresses of streams their passwords. Set before there are threads, since the environment has
  // no lock.
  ::setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 0);
  try {
    Session session{.out = std::cout,
                    .err = std::cerr,
                    .out_is_terminal = is_terminal(STDOUT_FILENO),
                    .err_is_terminal = is_terminal(STDERR_FILENO)};
    auto code = run_program(std::vector<std::string>(argv + 1, argv + argc), session);
    std::cout.flush();
    if (!std::cout && code == ExitCode::ok) {
      std::cerr << "sluice: standard output could not be written\n";
      code = ExitCode::failed;
    }
    return static_cast<int>(code);
  } catch (const std::exception& error) {
    std::cerr << "sluice: internal error: " << error.what() << '\n';
    return static_cast<int>(ExitCode::failed);
  }
}
