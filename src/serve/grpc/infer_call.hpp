// ModelInfer: one inference, one answer.
#pragma once

#include <memory>

#include <grpcpp/support/message_allocator.h>
#include <grpcpp/support/server_callback.h>
#include <inference.pb.h>

#include "serve/grpc/server.hpp"

namespace sluice::serve::grpc {

/// The messages of one ModelInfer call. The request is shared with the tensors that borrow from
/// it: a batch may still run when the call has ended.
class InferMessages final
    : public ::grpc::MessageHolder<inference::ModelInferRequest, inference::ModelInferResponse> {
 public:
  InferMessages() {
    set_request(shared_.get());
    set_response(&response_);
  }
  void Release() override { delete this; }
  [[nodiscard]] const std::shared_ptr<inference::ModelInferRequest>& shared() const {
    return shared_;
  }

 private:
  std::shared_ptr<inference::ModelInferRequest> shared_ =
      std::make_shared<inference::ModelInferRequest>();
  inference::ModelInferResponse response_;
};

class InferAllocator final
    : public ::grpc::MessageAllocator<inference::ModelInferRequest, inference::ModelInferResponse> {
 public:
  ::grpc::MessageHolder<inference::ModelInferRequest, inference::ModelInferResponse>*
  AllocateMessages() override {
    return new InferMessages;
  }
};

/// Starts the call whose messages InferAllocator made. The reactor deletes itself.
::grpc::ServerUnaryReactor* start_infer(const ServerContext& server, const net::Limits& limits,
                                        ::grpc::CallbackServerContext& call,
                                        inference::ModelInferResponse& response);

/// Reads what a call's metadata and deadline say into a request of it.
void apply_call(const ::grpc::CallbackServerContext& call, InferRequest& request);

}  // namespace sluice::serve::grpc
