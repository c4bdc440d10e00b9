#include "integration/serve_helpers.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>

#include <boost/json/parse.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sluice {
namespace {

namespace fs = std::filesystem;

bool names(const std::vector<std::string>& arguments, const std::string& option) {
  return std::find(arguments.begin(), arguments.end(), option) != arguments.end();
}

cli::HttpReply answered(base::Result<cli::HttpReply> reply) {
  EXPECT_TRUE(reply) << reply.error().message;
  return reply ? std::move(*reply) : cli::HttpReply{};
}

}  // namespace

ServeProcess::ServeProcess(std::vector<std::string> arguments, const std::string& ports_file,
                           const Environment& environment)
    : ports_file_(ports_file) {
  for (const auto* option : {"--http", "--grpc", "--tcp"}) {
    if (names(arguments, option)) continue;
    arguments.insert(arguments.end(), {option, "127.0.0.1:0"});
  }
  arguments.insert(arguments.end(), {"--ports-file", ports_file});
  arguments.insert(arguments.begin(), {SLUICE_BINARY, "serve"});
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  std::vector<char*> raw;
  for (auto& argument : arguments) raw.push_back(argument.data());
  raw.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(ends[1], STDERR_FILENO);
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    ::execv(SLUICE_BINARY, raw.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  pipe_ = ends[0];
}

ServeProcess::~ServeProcess() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(pipe_);
  if (testing::Test::HasFailure()) {
    while (read_some()) {
    }
    GTEST_LOG_(INFO) << "the daemon said:\n" << log_;
  }
}

void ServeProcess::signal(int number) const {
  ::kill(pid_, number);
}

bool ServeProcess::read_some() {
  char buffer[4096];
  const ssize_t n = ::read(pipe_, buffer, sizeof buffer);
  if (n <= 0) return false;
  log_.append(buffer, static_cast<std::size_t>(n));
  return true;
}

bool ServeProcess::wait_for(const std::string& text) {
  for (;;) {
    const auto found = log_.find(text, seen_);
    if (found != std::string::npos) {
      seen_ = found + text.size();
      return true;
    }
    if (!read_some()) return false;
  }
}

int ServeProcess::wait() {
  while (read_some()) {
  }
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::uint16_t ServeProcess::port(const std::string& protocol) const {
  std::ifstream in(ports_file_);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return boost::json::parse(text).at(protocol).to_number<std::uint16_t>();
}

cli::HttpReply ServeProcess::get(const std::string& target) const {
  return answered(send({.method = "GET", .target = target}));
}

cli::HttpReply ServeProcess::post(const std::string& target, const std::string& body) const {
  return answered(send({.method = "POST",
                        .target = target,
                        .fields = {{"Content-Type", "application/json"}},
                        .body = body}));
}

base::Result<cli::HttpReply> ServeProcess::send(const cli::HttpRequest& request) const {
  const auto url = cli::parse_http_url(fmt::format("http://127.0.0.1:{}", port("http")));
  if (!url) return tl::unexpected(url.error());
  const auto client = cli::HttpClient::create(*url, {.timeout = std::chrono::minutes(1)});
  if (!client) return tl::unexpected(client.error());
  return (*client)->send(request);
}

void ServeProcess::wait_for_offered(std::int64_t requests) const {
  while (boost::json::parse(get("/api/v1/live").body).at("totals").at("offered") != requests) {
  }
}

void ServeTest::SetUp() {
  auto pattern = (fs::temp_directory_path() / "sluice-serve-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
}

std::string ServeTest::write(const std::string& name, const std::string& text) const {
  std::ofstream(folder_ / name) << text;
  return path(name);
}

void ServeTest::put_model(const std::string& fixture, const std::string& to) const {
  const fs::path target = path(to);
  fs::create_directories(target.parent_path());
  fs::copy_file(fs::path(SLUICE_SOURCE_DIR) / "tests/fixtures/models" / (fixture + ".onnx"), target,
                fs::copy_options::overwrite_existing);
}

std::string ServeTest::write_synthetic(const std::vector<std::string>& models,
                                       const std::string& service) const {
  std::string text = "models:\n";
  for (const auto& model : models) {
    text += fmt::format("  - {{ name: {}, warmup: 0, synthetic: {{ service: {} }} }}\n", model,
                        service);
  }
  return write("serve.yaml", text + "serve: { default_task: { latency_budget: none } }\n");
}

}  // namespace sluice
