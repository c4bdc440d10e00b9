#include "integration/store/servers_helpers.hpp"

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <glob.h>
#include <netinet/in.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace sluice::store {
namespace {

namespace fs = std::filesystem;

const fs::path kServers = fs::path(SLUICE_SOURCE_DIR) / ".deps" / "servers";

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool accepts(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const bool connected =
      ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return connected;
}

/// The exit code; -1: it did not end by itself.
int run_and_wait(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

pid_t spawn(std::vector<std::string> command, const fs::path& log, const std::string& user) {
  std::vector<std::string> words{"setpriv", "--pdeathsig", "KILL"};
  if (!user.empty() && ::geteuid() == 0) {
    words.insert(words.end(), {"--reuid", user, "--regid", user, "--init-groups"});
  }
  words.insert(words.end(), command.begin(), command.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t pid = -1;
  const int failed = ::posix_spawnp(&pid, "setpriv", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + command.front());
  return pid;
}

std::string not_fetched(const fs::path& program) {
  if (fs::exists(kServers / program)) return {};
  return fmt::format("{} is not there: tools/fetch-servers", (kServers / program).string());
}

class PostgresqlServer final : public TestServer {
 public:
  [[nodiscard]] std::string missing() const override {
    return program("postgres").empty() ? "PostgreSQL is not installed: tools/setup" : "";
  }

 private:
  /// Debian keeps each version apart; the last is the newest.
  static std::string program(const std::string& name) {
    glob_t found{};
    std::string path;
    if (::glob(("/usr/lib/postgresql/*/bin/" + name).c_str(), 0, nullptr, &found) == 0) {
      path = found.gl_pathv[found.gl_pathc - 1];
    }
    ::globfree(&found);
    return path;
  }
  [[nodiscard]] std::string data() const { return (folder() / "data").string(); }

  // It refuses to run as root.
  void prepare() override {
    fs::permissions(folder(), fs::perms(0755));
    fs::create_directory(data());
    if (const passwd* user = ::getpwnam("postgres"); ::geteuid() == 0 && user != nullptr) {
      if (::chown(data().c_str(), user->pw_uid, user->pw_gid) != 0) {
        throw std::runtime_error("cannot give a folder to the user postgres");
      }
    }
    const pid_t pid = spawn({program("initdb"), "-D", data(), "-U", "sluice", "-A", "trust",
                             "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"},
                            folder() / "log", "postgres");
    if (run_and_wait(pid) != 0) throw std::runtime_error("initdb: " + file_text(folder() / "log"));
  }
  // SIGQUIT: at once, with its processes, which would otherwise go on for a while.
  void launch(ServerProcess& process) override {
    process.start({program("postgres"), "-D", data(), "-p", std::to_string(port()), "-c",
                   "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c",
                   "fsync=off", "-c", "full_page_writes=off"},
                  folder() / "log", "postgres", SIGQUIT);
  }
  // It accepts connections before it takes statements.
  [[nodiscard]] bool answers() const override {
    return run_and_wait(
               spawn({program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", std::to_string(port())},
                     "/dev/null", {})) == 0;
  }
};

class FerretServer final : public TestServer {
 public:
  [[nodiscard]] std::string missing() const override { return not_fetched("ferretdb/ferretdb"); }

 private:
  void launch(ServerProcess& process) override {
    fs::create_directory(folder() / "data");
    process.start({(kServers / "ferretdb/ferretdb").string(), "127.0.0.1:" + std::to_string(port()),
                   (folder() / "data").string()},
                  folder() / "log");
  }
};

class MotoServer : public TestServer {
 public:
  [[nodiscard]] std::string missing() const override {
    return not_fetched("python/bin/moto_server");
  }

 private:
  void launch(ServerProcess& process) override {
    process.start({(kServers / "python/bin/moto_server").string(), "-H", "127.0.0.1", "-p",
                   std::to_string(port())},
                  folder() / "log");
  }
};

class CheckingMotoServer final : public MotoServer {};

class AzuriteServer final : public TestServer {
 public:
  [[nodiscard]] std::string missing() const override {
    return not_fetched("azurite/node_modules/.bin/azurite-blob");
  }

 private:
  void launch(ServerProcess& process) override {
    process.start({(kServers / "azurite/node_modules/.bin/azurite-blob").string(), "--blobHost",
                   "127.0.0.1", "--blobPort", std::to_string(port()), "--location",
                   folder().string(), "--disableTelemetry"},
                  folder() / "log");
  }
};

class GcsServer final : public TestServer {
 public:
  [[nodiscard]] std::string missing() const override {
    return not_fetched("python/bin/gcp-storage-emulator");
  }

 private:
  void launch(ServerProcess& process) override {
    process.start(
        {(kServers / "python/bin/gcp-storage-emulator").string(), "start", "--host", "127.0.0.1",
         "--port", std::to_string(port()), "--in-memory", "--default-bucket", "sluice"},
        folder() / "log");
  }
};

/// The one server of a kind, running where it can.
template <class Server>
TestServer& only() {
  static Server server;
  return server;
}

}  // namespace

int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no free port");
  }
  ::close(socket);
  return ntohs(address.sin_port);
}

void ServerProcess::start(std::vector<std::string> command, const fs::path& log,
                          const std::string& user, int signal) {
  signal_ = signal;
  pid_ = spawn(std::move(command), log, user);
}

bool ServerProcess::ended() {
  if (pid_ >= 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
  return pid_ < 0;
}

void ServerProcess::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, signal_);
  run_and_wait(std::exchange(pid_, -1));
}

void TestServer::start() {
  if (running_) return;
  if (port_ == 0) {
    port_ = free_port();
    prepare();
  }
  launch(process_);
  for (int i = 0; i < 2000 && !process_.ended(); ++i) {
    if (answers()) {
      running_ = true;
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  throw std::runtime_error("the server does not run: " + file_text(folder_.path() / "log"));
}

bool TestServer::answers() const {
  return accepts(port_);
}

TestServer& postgresql_server() {
  return only<PostgresqlServer>();
}

std::string postgresql_url() {
  return fmt::format("postgresql://sluice@127.0.0.1:{}/postgres", postgresql_server().port());
}

TestServer& mongodb_server() {
  return only<FerretServer>();
}

std::string mongodb_url() {
  return fmt::format("mongodb://127.0.0.1:{}", mongodb_server().port());
}

TestServer& s3_server() {
  return only<MotoServer>();
}

TestServer& checking_s3_server() {
  return only<CheckingMotoServer>();
}

TestServer& azure_server() {
  return only<AzuriteServer>();
}

TestServer& gcs_server() {
  return only<GcsServer>();
}

}  // namespace sluice::store
