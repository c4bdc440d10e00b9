#include "serve/grpc/infer_call.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

#include "serve/grpc/gate.hpp"
#include "serve/grpc/infer_codec.hpp"
#include "serve/grpc/status.hpp"

namespace sluice::serve::grpc {
namespace {

class InferCall final : public ::grpc::ServerUnaryReactor,
                        public std::enable_shared_from_this<InferCall> {
 public:
  InferCall(const ServerContext& server, ::grpc::CallbackServerContext& call,
            std::shared_ptr<const inference::ModelInferRequest> request,
            inference::ModelInferResponse& response)
      : server_(server),
        call_(call),
        request_(std::move(request)),
        response_(response),
        begin_(server.clock.now()) {}

  void start(const net::Limits& limits) {
    self_ = shared_from_this();
    if (auto refusal = check_role(call_, server_.tokens, net::Role::infer)) {
      return refuse_call(*refusal);
    }
    if (auto refusal = check_rate(call_, server_.rates, begin_)) return refuse_call(*refusal);
    auto request = decode(request_, limits);
    if (!request) return refuse_call(refuse(request.error()));
    apply_call(call_, *request);
    const auto handle = server_.service.infer(
        *std::move(request), [self = self_](const InferReply& reply) { self->finish(reply); });
    const std::lock_guard lock(mutex_);
    handle_ = handle;
    if (cancelled_) handle_.cancel();
  }

  void OnCancel() override {
    InferHandle handle;
    {
      const std::lock_guard lock(mutex_);
      cancelled_ = true;
      handle = handle_;
    }
    handle.cancel();
  }

  void OnDone() override { const auto last = std::move(self_); }

 private:
  void finish(const InferReply& reply) {
    if (reply.status != Status::ok) return refuse_call(reply.refusal);
    if (const auto done = encode(reply, *request_, server_.service, response_); !done) {
      return refuse_call(refuse(done.error()));
    }
    end(::grpc::Status::OK, Status::ok);
  }

  void refuse_call(const Refusal& refusal) {
    for (const auto& [key, value] : details_of(refusal)) call_.AddTrailingMetadata(key, value);
    end(status_of(refusal), refusal.status);
  }

  void end(const ::grpc::Status& status, Status outcome) {
    if (server_.on_call) server_.on_call("infer", outcome, server_.clock.now() - begin_);
    Finish(status);
  }

  const ServerContext& server_;
  ::grpc::CallbackServerContext& call_;
  std::shared_ptr<const inference::ModelInferRequest> request_;
  inference::ModelInferResponse& response_;
  base::Time begin_;
  std::shared_ptr<InferCall> self_;  ///< until the library is done with it
  std::mutex mutex_;
  InferHandle handle_;
  bool cancelled_ = false;
};

}  // namespace

::grpc::ServerUnaryReactor* start_infer(const ServerContext& server, const net::Limits& limits,
                                        ::grpc::CallbackServerContext& call,
                                        inference::ModelInferResponse& response) {
  const auto* messages = static_cast<InferMessages*>(call.GetRpcAllocatorState());
  const auto reactor = std::make_shared<InferCall>(server, call, messages->shared(), response);
  reactor->start(limits);
  return reactor.get();
}

void apply_call(const ::grpc::CallbackServerContext& call, InferRequest& request) {
  request.traceparent = metadata(call, "traceparent");
  const auto deadline = call.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return;
  // The library keeps deadlines as wall times; what the request carries is a duration.
  const auto left = std::max(base::Duration(1), std::chrono::duration_cast<base::Duration>(
                                                    deadline - std::chrono::system_clock::now()));
  request.timeout = request.timeout ? std::min(*request.timeout, left) : left;
}

}  // namespace sluice::serve::grpc
