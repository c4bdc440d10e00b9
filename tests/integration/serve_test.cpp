// The daemon as a process: from its start to its end, and what goes wrong in between.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <future>

#include <arpa/inet.h>
#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "integration/serve_helpers.hpp"
#include "telemetry/journal_reader.hpp"

namespace sluice {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kRow =
    R"({"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1.5,-3]}]})";

TEST_F(ServeTest, AFolderOfModelsIsEnough) {
  put_model("identity_fp32", "models/echo.onnx");
  ServeProcess daemon({"--models", path("models")}, path("ports.json"));
  ASSERT_TRUE(daemon.wait_for("ready\n"));
  EXPECT_EQ(daemon.get("/v2/health/ready").status, 200u);
  EXPECT_THAT(daemon.get("/v2").body, HasSubstr("\"deadline\""));
  const auto metadata = json::parse(daemon.get("/v2/models/echo").body);
  EXPECT_EQ(metadata.at("name"), "echo");
  EXPECT_EQ(metadata.at("inputs").at(0).at("datatype"), "FP32");
  const auto reply = daemon.post("/v2/models/echo/infer", kRow);
  EXPECT_EQ(reply.status, 200u) << reply.body;
  EXPECT_EQ(json::parse(reply.body).at("outputs").at(0).at("data"), (json::array{1.5, -3}))
      << reply.body;
}

TEST_F(ServeTest, InferSendsAnImage) {
  put_model("free_size", "models/doubled.onnx");
  const auto image = write("pixels.ppm", std::string("P6\n2 1\n255\n\xff\xff\xff\0\0\0", 17));
  ServeProcess daemon({"--models", path("models")}, path("ports.json"));
  ASSERT_TRUE(daemon.wait_for("ready\n"));
  const auto infer = [&](const std::string& file) {
    const auto command = fmt::format(
        "{} infer http://127.0.0.1:{} doubled --image {} --color gray --size 2x1 --json 2>&1",
        SLUICE_BINARY, daemon.port("http"), file);
    std::FILE* pipe = ::popen(command.c_str(), "r");
    std::string said;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) said += static_cast<char>(c);
    return std::pair(WEXITSTATUS(::pclose(pipe)), said);
  };
  const auto [code, said] = infer(image);
  EXPECT_EQ(code, 0) << said;
  const auto output = json::parse(said).at("outputs").at(0);
  EXPECT_EQ(output.at("shape"), (json::array{1, 1, 1, 2}));
  EXPECT_EQ(output.at("data"), (json::array{2, 0}));

  const auto [wrong, why] = infer(write("text.ppm", "no image"));
  EXPECT_EQ(wrong, 2);
  EXPECT_THAT(why, HasSubstr("not an image"));
}

TEST_F(ServeTest, SigtermLetsWhatWasAcceptedFinish) {
  ServeProcess daemon({write_synthetic({"slow"}, "500ms")}, path("ports.json"));
  ASSERT_TRUE(daemon.wait_for("ready\n"));
  const auto infer = [&] { return daemon.post("/v2/models/slow/infer", kOneRow).status; };
  auto running = std::async(std::launch::async, infer);
  auto queued = std::async(std::launch::async, infer);
  daemon.wait_for_offered(2);
  daemon.signal(SIGTERM);
  EXPECT_EQ(running.get(), 200u);
  EXPECT_EQ(queued.get(), 200u);
  EXPECT_EQ(daemon.wait(), 0);
}

TEST_F(ServeTest, ASecondSignalEndsItWithItsJournalWritten) {
  ServeProcess daemon({write_synthetic({"endless"}, "1h"), "--grace", "1h", "--journal", path("j")},
                      path("ports.json"));
  ASSERT_TRUE(daemon.wait_for("ready\n"));
  auto reply = std::async(std::launch::async, [&] {
    return daemon.send({.method = "POST", .target = "/v2/models/endless/infer", .body = kOneRow});
  });
  daemon.wait_for_offered(1);
  daemon.signal(SIGTERM);
  ASSERT_TRUE(daemon.wait_for("stopping"));
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 1);
  reply.wait();
  const auto journal = telemetry::load_journal(path("j"));
  ASSERT_TRUE(journal) << journal.error().message;
  EXPECT_TRUE(std::ranges::any_of(journal->events, [](const schedule::Event& event) {
    return event.kind == schedule::EventKind::finished &&
           event.outcome == schedule::Outcome::failed;
  }));
}

TEST_F(ServeTest, SighupAppliesAGoodFileAndRejectsABadOne) {
  ServeProcess daemon({write_synthetic({"a"}, "1ms")}, path("ports.json"));
  ASSERT_TRUE(daemon.wait_for("ready\n"));
  EXPECT_EQ(daemon.post("/v2/models/b/infer", kOneRow).status, 404u);

  write_synthetic({"a", "b"}, "1ms");
  daemon.signal(SIGHUP);
  ASSERT_TRUE(daemon.wait_for("reloaded\n"));
  EXPECT_EQ(daemon.post("/v2/models/b/infer", kOneRow).status, 200u);

  write("serve.yaml", "models: [{ name: a, synthetic: { service: -1ms } }]\n");
  daemon.signal(SIGHUP);
  ASSERT_TRUE(daemon.wait_for("reload rejected"));
  EXPECT_EQ(daemon.post("/v2/models/b/infer", kOneRow).status, 200u);
  EXPECT_THAT(daemon.get("/api/v1/configuration").body, HasSubstr("serve.yaml:1:"));
}

TEST_F(ServeTest, TokensChangeWithAnAcceptedFileOnly) {
  const auto tokens = [&](const std::string& text) {
    const auto file = write("tokens", text);
    std::filesystem::permissions(file, std::filesystem::perms(0600));
    return file;
  };
  ServeProcess daemon({write_synthetic({"a"}, "1ms"), "--tokens", tokens("admin old\n")},
                      path("ports.json"));
  ASSERT_TRUE(daemon.wait_for("ready\n"));
  const auto status_with = [&](const std::string& token) {
    const auto reply = daemon.send(
        {.method = "GET", .target = "/v2", .fields = {{"Authorization", "Bearer " + token}}});
    return reply ? reply->status : 0;
  };
  EXPECT_EQ(status_with("new"), 401u);

  // Nothing is wrong with the text: the model's file turns out to be none.
  tokens("admin new\n");
  write("bad.onnx", "nonsense");
  write("serve.yaml", "models: [{ name: bad, path: bad.onnx }]\n");
  daemon.signal(SIGHUP);
  ASSERT_TRUE(daemon.wait_for("reload rejected"));
  EXPECT_EQ(status_with("old"), 200u);
  EXPECT_EQ(status_with("new"), 401u);

  write_synthetic({"a"}, "1ms");
  daemon.signal(SIGHUP);
  ASSERT_TRUE(daemon.wait_for("reloaded\n"));
  EXPECT_EQ(status_with("old"), 401u);
  EXPECT_EQ(status_with("new"), 200u);
}

TEST_F(ServeTest, ReloadSaysWhatNeedsAStart) {
  ServeProcess daemon({write_synthetic({"a"}, "1ms")}, path("ports.json"));
  ASSERT_TRUE(daemon.wait_for("ready\n"));
  write("serve.yaml",
        "models: [{ name: a, synthetic: { service: 1ms } }]\nserve: { io_threads: 2 }\n");
  daemon.signal(SIGHUP);
  EXPECT_TRUE(daemon.wait_for("changes of io_threads take effect at the next start"));
}

TEST_F(ServeTest, AKilledDaemonStartsAgainOnItsPorts) {
  const auto file = write_synthetic({"a"}, "1ms");
  std::uint16_t port = 0;
  {
    ServeProcess daemon({file, "--journal", path("run.ndjson")}, path("ports.json"));
    ASSERT_TRUE(daemon.wait_for("ready\n"));
    EXPECT_EQ(daemon.post("/v2/models/a/infer", kOneRow).status, 200u);
    port = daemon.port("http");
    daemon.signal(SIGKILL);
    EXPECT_EQ(daemon.wait(), -SIGKILL);
  }
  ServeProcess daemon(
      {file, "--journal", path("run.ndjson"), "--http", fmt::format("127.0.0.1:{}", port)},
      path("ports.json"));
  ASSERT_TRUE(daemon.wait_for("ready\n"));
  EXPECT_EQ(daemon.post("/v2/models/a/infer", kOneRow).status, 200u);
}

/// A port that somebody listens on.
class TakenPort {
 public:
  TakenPort() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_, generic, size), 0);
    EXPECT_EQ(::listen(socket_, 1), 0);
    EXPECT_EQ(::getsockname(socket_, generic, &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~TakenPort() { ::close(socket_); }
  TakenPort(const TakenPort&) = delete;
  TakenPort& operator=(const TakenPort&) = delete;
  [[nodiscard]] std::string address() const { return fmt::format("127.0.0.1:{}", port_); }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

TEST_F(ServeTest, APortInUseIsAnErrorBeforeAnythingStarts) {
  const TakenPort taken;
  for (const auto* option : {"--http", "--grpc", "--tcp"}) {
    ServeProcess daemon({write_synthetic({"a"}, "1ms"), option, taken.address()},
                        path("ports.json"));
    EXPECT_EQ(daemon.wait(), 2) << option;
    EXPECT_THAT(daemon.log(), HasSubstr(taken.address()));
    EXPECT_THAT(daemon.log(), Not(HasSubstr("listening on")));
  }
}

TEST_F(ServeTest, BadSettingsAreErrorsBeforeAnythingStarts) {
  const auto refused = [&](std::vector<std::string> arguments) {
    ServeProcess daemon(std::move(arguments), path("ports.json"));
    EXPECT_EQ(daemon.wait(), 2) << daemon.log();
    return daemon.log();
  };
  const auto file = write_synthetic({"a"}, "1ms");
  EXPECT_THAT(refused({}), HasSubstr("sluice serve --models DIR"));
  EXPECT_THAT(refused({"--models", path("none")}), HasSubstr("does not exist"));
  EXPECT_THAT(refused({file, "--tokens", path("none")}), HasSubstr("serve.tokens"));
  const auto tokens = write("tokens", "admin abc\n");
  std::filesystem::permissions(tokens, std::filesystem::perms(0644));
  EXPECT_THAT(refused({file, "--tokens", tokens}), HasSubstr("chmod 600"));
  write("pem", "nonsense");
  EXPECT_THAT(refused({file, "--set",
                       fmt::format("serve.tls={{ certificate: {0}, key: {0} }}", path("pem"))}),
              HasSubstr("pem"));
  EXPECT_THAT(refused({file, "--http", "localhost:1"}), HasSubstr("ADDRESS:PORT"));
}

TEST_F(ServeTest, AModelDeletedWhileLoadedGoesOn) {
  put_model("identity_fp32", "models/echo/1/model.onnx");
  ServeProcess daemon({"--models", path("models"), "--set", "serve.watch_interval=10ms"},
                      path("ports.json"));
  ASSERT_TRUE(daemon.wait_for("ready\n"));
  std::filesystem::remove_all(path("models/echo"));
  while (daemon.post("/v2/repository/index", "{}").body.find("its file is gone") ==
         std::string::npos) {
  }
  EXPECT_EQ(daemon.get("/v2/models/echo/ready").status, 200u);
  EXPECT_EQ(daemon.post("/v2/models/echo/infer", kRow).status, 200u);
}

TEST_F(ServeTest, AnOpenAddressWithoutTokensIsWarnedOf) {
  ServeProcess daemon({write_synthetic({"a"}, "1ms"), "--http", "0.0.0.0:0"}, path("ports.json"));
  EXPECT_TRUE(daemon.wait_for("0.0.0.0 can be reached from the network"));
}

TEST_F(ServeTest, TellsTheServiceManager) {
  const auto name = path("notify");
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(name.size(), sizeof address.sun_path);
  name.copy(address.sun_path, name.size());
  ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const auto wait_for = [&](const std::string& text) {
    for (std::string message; message.find(text) == std::string::npos;) {
      message.resize(4096);
      const auto n = ::recv(socket, message.data(), message.size(), 0);
      if (n <= 0) return false;
      message.resize(static_cast<std::size_t>(n));
    }
    return true;
  };
  ServeProcess daemon({write_synthetic({"a"}, "1ms")}, path("ports.json"),
                      {{"NOTIFY_SOCKET", name}, {"WATCHDOG_USEC", "20000"}});
  EXPECT_TRUE(wait_for("READY=1"));
  EXPECT_TRUE(wait_for("WATCHDOG=1"));
  daemon.signal(SIGHUP);
  EXPECT_TRUE(wait_for("RELOADING=1"));
  EXPECT_TRUE(wait_for("READY=1"));
  daemon.signal(SIGTERM);
  EXPECT_TRUE(wait_for("STOPPING=1"));
  EXPECT_EQ(daemon.wait(), 0);
  ::close(socket);
}

}  // namespace
}  // namespace sluice
