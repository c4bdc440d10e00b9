// Real servers for tests, each started when first used, on a free port of this machine, and stopped
// when the tests end, whatever way.
#pragma once

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

#include "unit/store/store_folder.hpp"

namespace sluice::store {

/// A TCP port of the loopback address that nothing listens on now.
int free_port();

/// A program that runs until the end of the scope; it dies with this one, too.
class ServerProcess {
 public:
  ServerProcess() = default;
  ~ServerProcess() { kill(); }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  /// Starts it, with its output in `log`; `user`: as that one where this one is root; `signal`:
  /// what ends it at once.
  void start(std::vector<std::string> command, const std::filesystem::path& log,
             const std::string& user = {}, int signal = SIGKILL);
  /// Waits for its end.
  void kill();
  [[nodiscard]] bool ended();

 private:
  pid_t pid_ = -1;
  int signal_ = SIGKILL;
};

/// A server with a folder of its own. Thread-safe after start().
class TestServer {
 public:
  virtual ~TestServer() = default;
  /// Why it cannot be started here; empty: it can.
  [[nodiscard]] virtual std::string missing() const = 0;
  /// Starts it where it does not run, and waits until it answers. Keeps port and data.
  void start();
  /// As a power failure.
  void kill() {
    process_.kill();
    running_ = false;
  }
  [[nodiscard]] int port() const { return port_; }

 protected:
  /// The first time.
  virtual void prepare() {}
  virtual void launch(ServerProcess& process) = 0;
  [[nodiscard]] virtual bool answers() const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  StoreFolder folder_;
  int port_ = 0;
  bool running_ = false;
  ServerProcess process_;  // the last: ends before its folder goes
};

// Each is one for the whole program; url() is what a store is told.

TestServer& postgresql_server();
std::string postgresql_url();
TestServer& mongodb_server();
std::string mongodb_url();
TestServer& s3_server();
/// Another one, for signatures to be checked.
TestServer& checking_s3_server();
TestServer& azure_server();
TestServer& gcs_server();

}  // namespace sluice::store
