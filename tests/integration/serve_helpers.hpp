// `sluice serve` as a process, for tests.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/types.h>

#include "cli/http_client.hpp"

namespace sluice {

/// A daemon that listens on free ports of 127.0.0.1 (unless the arguments say otherwise). Killed
/// at the end of its life.
class ServeProcess {
 public:
  using Environment = std::map<std::string, std::string>;
  ServeProcess(std::vector<std::string> arguments, const std::string& ports_file,
               const Environment& environment = {});
  ~ServeProcess();
  ServeProcess(const ServeProcess&) = delete;
  ServeProcess& operator=(const ServeProcess&) = delete;

  void signal(int number) const;
  /// Reads standard error until it contains `text` once more; false: it ended before.
  bool wait_for(const std::string& text);
  /// Waits for the end; the exit code, or minus the signal that ended it.
  int wait();
  /// What has been read of standard error.
  [[nodiscard]] const std::string& log() const { return log_; }

  /// Of "http", "grpc", "tcp", "admin", once it is listening.
  [[nodiscard]] std::uint16_t port(const std::string& protocol) const;
  /// One exchange on a connection of its own; fails the test if there is no answer.
  [[nodiscard]] cli::HttpReply get(const std::string& target) const;
  [[nodiscard]] cli::HttpReply post(const std::string& target, const std::string& body) const;
  /// The same, for what may get no answer, or needs other fields.
  [[nodiscard]] base::Result<cli::HttpReply> send(const cli::HttpRequest& request) const;
  /// Reads the live document until its `totals` count that many requests.
  void wait_for_offered(std::int64_t requests) const;

 private:
  bool read_some();
  std::string ports_file_;
  pid_t pid_ = -1;
  int pipe_ = -1;
  std::string log_;
  std::size_t seen_ = 0;  ///< of log_, by wait_for()
};

/// A folder of the test's own, removed at its end.
class ServeTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }
  std::string write(const std::string& name, const std::string& text) const;
  /// Copies a model of the fixtures to `to`, folders made.
  void put_model(const std::string& fixture, const std::string& to) const;
  /// A file with models of the given names that take `service` each, without warm-up.
  std::string write_synthetic(const std::vector<std::string>& models,
                              const std::string& service) const;

  std::filesystem::path folder_;
};

/// An inference of one row of the synthetic models.
inline constexpr const char* kOneRow =
    R"({"inputs":[{"name":"x","datatype":"FP32","shape":[1,1],"data":[1]}]})";

}  // namespace sluice
