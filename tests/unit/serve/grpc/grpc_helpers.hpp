// A service whose answers a test decides, and a server and a client around it.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <inference.grpc.pb.h>

#include "serve/grpc/server.hpp"

namespace sluice::serve::grpc::test {

/// Knows one model "echo", versions 1 and 2, with an output OUT_x for every input x that it gets.
class FakeService final : public Service {
 public:
  /// What infer() does: answers at once, refuses with `refusal`, or keeps the request until it is
  /// cancelled or release() is called.
  enum class Mode { answer, refuse, hold };
  Mode mode = Mode::answer;
  Refusal refusal;
  bool is_ready = true;
  bool late = false;
  std::optional<base::Error> change_error;  ///< of load() and unload()

  InferHandle infer(InferRequest request, InferDone done) override;
  [[nodiscard]] ServerInfo info() const override { return {"sluice", "9.9", {"classification"}}; }
  [[nodiscard]] bool live() const override { return true; }
  [[nodiscard]] bool ready() const override;
  void set_ready(bool ready);
  [[nodiscard]] std::string not_ready_reason() const override { return {}; }
  [[nodiscard]] base::Result<ModelDescription> model(const std::string& name,
                                                     const std::string& version) const override;
  [[nodiscard]] std::vector<ModelStatus> models() const override;
  [[nodiscard]] base::Result<std::vector<serve::ModelStatistics>> statistics(
      const std::string& name, const std::string& version) const override;
  void load(const std::string& name, StatusDone done) override;
  void unload(const std::string& name, StatusDone done) override;
  void reload(StatusDone done) override { done({}); }
  [[nodiscard]] std::string metrics() const override { return {}; }
  [[nodiscard]] boost::json::object live_view() const override { return {}; }
  [[nodiscard]] boost::json::object decisions(const std::string& /*task*/,
                                              const std::string& /*end*/,
                                              std::size_t /*limit*/) const override {
    return {};
  }
  [[nodiscard]] base::Result<boost::json::object> explain(
      const std::string& /*decision*/) const override {
    return boost::json::object();
  }
  [[nodiscard]] base::Result<boost::json::object> what_if(
      const boost::json::object& /*settings*/) const override {
    return boost::json::object();
  }
  [[nodiscard]] boost::json::object configuration() const override { return {}; }

  /// The last request that infer() got. Its tensors are kept past the call.
  [[nodiscard]] InferRequest last() const;
  /// Blocks until `count` requests are held.
  void wait_for_held(std::size_t count) const;
  /// Blocks until `count` were cancelled.
  void wait_for_cancelled(std::size_t count) const;
  /// Answers the held request with this client id.
  void release(const std::string& id);
  [[nodiscard]] std::vector<std::string> changes() const;  ///< "load echo", "unload echo"

 private:
  struct Held {
    InferRequest request;
    InferDone done;
  };
  [[nodiscard]] InferReply reply_to(const InferRequest& request) const;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  InferRequest last_;
  std::map<std::uint64_t, Held> held_;
  std::uint64_t next_ = 0;
  std::size_t cancelled_ = 0;
  std::vector<std::string> changes_;
};

/// A server on a free port of the loopback address.
class TestServer {
 public:
  using Stub = inference::GRPCInferenceService::Stub;

  explicit TestServer(ServerOptions options = {}, const std::string& tokens_file = {});

  FakeService service;
  std::vector<std::string> calls;  ///< "infer ok", in the order of their ends

  [[nodiscard]] std::string address() const;
  [[nodiscard]] std::shared_ptr<::grpc::Channel> channel() const;
  [[nodiscard]] std::unique_ptr<Stub> stub() const {
    return inference::GRPCInferenceService::NewStub(channel());
  }
  [[nodiscard]] Server& server() { return *server_; }

 private:
  base::SteadyClock clock_;
  std::unique_ptr<net::Tokens> tokens_;
  std::unique_ptr<net::RateLimiter> rates_;
  std::mutex calls_mutex_;
  std::unique_ptr<Server> server_;
};

/// A request for model "echo" with one FP32 input x [1,2].
inference::ModelInferRequest small_request(const std::string& id = "7");

/// The value of a trailing metadata key; empty: none.
std::string trailer(const ::grpc::ClientContext& context, const std::string& key);

/// A folder that is removed with its files.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  /// The path of `name` in it; with `text`, that file's.
  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }
  std::string write(const std::string& name, const std::string& text) const;

 private:
  std::string folder_;
};

/// A self-signed certificate for "localhost" and its key, both as PEM text.
struct Certificate {
  std::string certificate;
  std::string key;
};
Certificate make_certificate();

}  // namespace sluice::serve::grpc::test
