#include "serve/grpc/infer_stream.hpp"

#include <deque>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "serve/grpc/gate.hpp"
#include "serve/grpc/infer_call.hpp"
#include "serve/grpc/infer_codec.hpp"
#include "serve/grpc/status.hpp"

namespace sluice::serve::grpc {
namespace {

using inference::ModelInferRequest;
using inference::ModelStreamInferResponse;

/// One request of the stream, from when it was read until its answer is written.
struct Exchange {
  std::shared_ptr<ModelInferRequest> request;
  base::Time begin{};
  InferHandle handle;
  ModelStreamInferResponse response;
  bool answered = false;
};

void describe(const Refusal& refusal, const ModelInferRequest& request,
              ModelStreamInferResponse& response) {
  response.set_error_message(refusal.message);
  auto& why = *response.mutable_infer_response();
  why.Clear();
  why.set_id(request.id());
  why.set_model_name(request.model_name());
  auto& parameters = *why.mutable_parameters();
  parameters["status"].set_string_param(name_of(code_of(refusal.status)));
  for (const auto& [key, value] : details_of(refusal)) parameters[key].set_string_param(value);
}

/// Library calls that start an operation are made without the lock: they may run reactions of
/// this object before they return.
class InferStream final : public InferStreamReactor,
                          public OpenStream,
                          public std::enable_shared_from_this<InferStream> {
 public:
  InferStream(const ServerContext& server, const net::Limits& limits, OpenStreams& streams,
              ::grpc::CallbackServerContext& call)
      : server_(server), limits_(limits), streams_(streams), call_(call) {}

  void start() {
    self_ = shared_from_this();
    if (const auto refusal = check_role(call_, server_.tokens, net::Role::infer)) {
      finishing_ = true;
      return Finish(status_of(*refusal));
    }
    streams_.add(self_);
    read();
  }

  void stop() override {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    advance(lock);
  }

  void OnReadDone(bool ok) override {
    if (ok) return begin_exchange();
    std::unique_lock lock(mutex_);
    half_closed_ = true;
    advance(lock);
  }

  void OnWriteDone(bool ok) override {
    std::unique_lock lock(mutex_);
    writing_ = false;
    cancelled_ = cancelled_ || !ok;
    exchanges_.pop_front();
    if (paused_ && !stopping_ && !cancelled_) {
      paused_ = false;
      lock.unlock();
      read();
      lock.lock();
    }
    advance(lock);
  }

  void OnCancel() override {
    std::vector<InferHandle> handles;
    std::unique_lock lock(mutex_);
    cancelled_ = true;
    for (const auto& exchange : exchanges_) handles.push_back(exchange->handle);
    lock.unlock();
    for (const auto& handle : handles) handle.cancel();
    lock.lock();
    advance(lock);
  }

  void OnDone() override {
    streams_.remove(this);
    const auto last = std::move(self_);
  }

 private:
  void read() {
    next_ = std::make_shared<ModelInferRequest>();
    StartRead(next_.get());
  }
  void begin_exchange();
  void infer(const std::shared_ptr<Exchange>& exchange);
  void finish(Exchange& exchange, const InferReply& reply);
  void refuse_exchange(Exchange& exchange, const Refusal& refusal);
  void answered(Exchange& exchange, Status outcome);
  void advance(std::unique_lock<std::mutex>& lock);

  const ServerContext& server_;
  const net::Limits& limits_;
  OpenStreams& streams_;
  ::grpc::CallbackServerContext& call_;
  std::shared_ptr<InferStream> self_;        ///< until the library is done with it
  std::shared_ptr<ModelInferRequest> next_;  ///< being read

  std::mutex mutex_;
  std::deque<std::shared_ptr<Exchange>> exchanges_;  ///< in the order of their requests
  bool writing_ = false;                             ///< the first one's answer
  bool paused_ = false;                              ///< not reading: too many in progress
  bool half_closed_ = false;                         ///< the client sends no more
  bool cancelled_ = false;                           ///< nobody reads the answers
  bool stopping_ = false;
  bool finishing_ = false;
};

void InferStream::begin_exchange() {
  auto exchange = std::make_shared<Exchange>();
  exchange->request = std::move(next_);
  exchange->begin = server_.clock.now();
  bool more = false;
  {
    const std::lock_guard lock(mutex_);
    if (finishing_) return;
    exchanges_.push_back(exchange);
    paused_ = exchanges_.size() >= limits_.pipelined;
    more = !paused_;
  }
  infer(exchange);
  if (more) read();
}

void InferStream::infer(const std::shared_ptr<Exchange>& exchange) {
  if (const auto refusal = check_rate(call_, server_.rates, exchange->begin)) {
    return refuse_exchange(*exchange, *refusal);
  }
  auto request = decode(exchange->request, limits_);
  if (!request) return refuse_exchange(*exchange, refuse(request.error()));
  apply_call(call_, *request);
  const auto handle = server_.service.infer(
      *std::move(request),
      [self = self_, exchange](const InferReply& reply) { self->finish(*exchange, reply); });
  std::unique_lock lock(mutex_);
  exchange->handle = handle;
  const bool cancelled = cancelled_;
  lock.unlock();
  if (cancelled) handle.cancel();
}

void InferStream::finish(Exchange& exchange, const InferReply& reply) {
  if (reply.status != Status::ok) return refuse_exchange(exchange, reply.refusal);
  auto& response = *exchange.response.mutable_infer_response();
  if (const auto done = encode(reply, *exchange.request, server_.service, response); !done) {
    return refuse_exchange(exchange, refuse(done.error()));
  }
  answered(exchange, Status::ok);
}

void InferStream::refuse_exchange(Exchange& exchange, const Refusal& refusal) {
  describe(refusal, *exchange.request, exchange.response);
  answered(exchange, refusal.status);
}

void InferStream::answered(Exchange& exchange, Status outcome) {
  // Every request has one answer here; clients of streams that have more look for the last.
  (*exchange.response.mutable_infer_response()->mutable_parameters())["triton_final_response"]
      .set_bool_param(true);
  if (server_.on_call) server_.on_call("infer", outcome, server_.clock.now() - exchange.begin);
  std::unique_lock lock(mutex_);
  exchange.answered = true;
  advance(lock);
}

/// Writes the next answer if it is there, or ends the call if there is nothing more to do.
void InferStream::advance(std::unique_lock<std::mutex>& lock) {
  if (writing_ || finishing_) return;
  while (cancelled_ && !exchanges_.empty() && exchanges_.front()->answered) {
    exchanges_.pop_front();
  }
  if (!exchanges_.empty()) {
    if (!exchanges_.front()->answered) return;
    writing_ = true;
    const auto first = exchanges_.front();
    lock.unlock();
    return StartWrite(&first->response);
  }
  if (!half_closed_ && !cancelled_ && !stopping_) return;
  finishing_ = true;
  const bool early = !half_closed_;
  lock.unlock();
  Finish(early ? ::grpc::Status(::grpc::StatusCode::UNAVAILABLE, "the server is shutting down")
               : ::grpc::Status::OK);
}

}  // namespace

InferStreamReactor* start_infer_stream(const ServerContext& server, const net::Limits& limits,
                                       OpenStreams& streams, ::grpc::CallbackServerContext& call) {
  const auto reactor = std::make_shared<InferStream>(server, limits, streams, call);
  reactor->start();
  return reactor.get();
}

}  // namespace sluice::serve::grpc
