// Mosquitto, started and killed by tests.
#pragma once

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sluice::mqtt {

/// A broker on one free port of 127.0.0.1, as often as it is started. `settings` are further lines
/// of its configuration; FOLDER in them stands for folder().
class TestBroker {
 public:
  explicit TestBroker(const std::string& settings = "allow_anonymous true\n") {
    std::string pattern = (std::filesystem::temp_directory_path() / "sluice-mqtt-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
    port_ = free_port();
    std::string text =
        fmt::format("listener {} 127.0.0.1\nlog_dest none\nuser root\n", port_) + settings;
    for (auto at = text.find("FOLDER"); at != std::string::npos; at = text.find("FOLDER")) {
      text.replace(at, 6, pattern);
    }
    std::ofstream(folder_ / "mosquitto.conf") << text;
  }
  ~TestBroker() {
    kill();
    std::filesystem::remove_all(folder_);
  }
  TestBroker(const TestBroker&) = delete;
  TestBroker& operator=(const TestBroker&) = delete;

  static std::string program() {
    for (const char* path : {"/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"}) {
      if (::access(path, X_OK) == 0) return path;
    }
    return {};
  }

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::string url(const std::string& scheme = "mqtt") const {
    return fmt::format("{}://127.0.0.1:{}", scheme, port_);
  }

  /// Returns when it accepts connections.
  void start() {
    const std::string file = (folder_ / "mosquitto.conf").string();
    const std::string mosquitto = program();
    process_ = ::fork();
    if (process_ == 0) {
      const int null = ::open("/dev/null", O_RDWR);
      ::dup2(null, STDOUT_FILENO);
      ::dup2(null, STDERR_FILENO);
      ::execl(mosquitto.c_str(), mosquitto.c_str(), "-c", file.c_str(), nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 5000 && !accepts(); ++i) ::usleep(2000);
  }
  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }

 private:
  [[nodiscard]] static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }
  static std::uint16_t free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof(address);
    ::bind(socket, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(socket);
    return ntohs(address.sin_port);
  }
  [[nodiscard]] bool accepts() const {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port_);
    const bool ok =
        ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    ::close(socket);
    return ok;
  }

  std::filesystem::path folder_;
  std::uint16_t port_ = 0;
  pid_t process_ = 0;
};

}  // namespace sluice::mqtt
