#include "serve/grpc/health.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <grpcpp/alarm.h>

namespace sluice::serve::grpc {
namespace {

using ::grpc::health::v1::HealthCheckRequest;
using ::grpc::health::v1::HealthCheckResponse;

HealthCheckResponse::ServingStatus state(const Service& service, const std::string& name) {
  if (!name.empty() && name != "inference.GRPCInferenceService") {
    return HealthCheckResponse::SERVICE_UNKNOWN;
  }
  return service.ready() ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
}

/// Library calls that start an operation are made without the lock: see InferStream.
class Watcher final : public ::grpc::ServerWriteReactor<HealthCheckResponse>,
                      public OpenStream,
                      public std::enable_shared_from_this<Watcher> {
 public:
  Watcher(const Service& service, OpenStreams& streams, base::Duration interval, std::string name)
      : service_(service), streams_(streams), interval_(interval), name_(std::move(name)) {}

  void start() {
    self_ = shared_from_this();
    streams_.add(self_);
    look();
  }

  void stop() override { end(::grpc::Status(::grpc::StatusCode::UNAVAILABLE, "shutting down")); }
  void OnCancel() override { end(::grpc::Status::CANCELLED); }
  void OnWriteDone(bool ok) override {
    if (!ok) return end(::grpc::Status::CANCELLED);
    std::unique_lock lock(mutex_);
    writing_ = false;
    if (ended_) return finish(lock);
    wait(lock);
  }
  void OnDone() override {
    streams_.remove(this);
    const auto last = std::move(self_);
  }

 private:
  /// Writes the state if it is another than the last one written.
  void look() {
    std::unique_lock lock(mutex_);
    if (ended_) return finish(lock);
    const auto now = state(service_, name_);
    if (now == told_) return wait(lock);
    told_ = now;
    response_.set_status(now);
    writing_ = true;
    lock.unlock();
    StartWrite(&response_);
  }

  void wait(std::unique_lock<std::mutex>& lock) {
    waiting_ = true;
    lock.unlock();
    // Weak: the alarm keeps its function after it has rung.
    alarm_.Set(std::chrono::system_clock::now() + interval_, [weak = weak_from_this()](bool) {
      const auto self = weak.lock();
      if (self == nullptr) return;
      {
        const std::lock_guard relock(self->mutex_);
        self->waiting_ = false;
      }
      self->look();
    });
  }

  /// What waits or writes ends when that is over.
  void end(const ::grpc::Status& status) {
    std::unique_lock lock(mutex_);
    if (!ended_) ended_ = status;
    if (!waiting_ && !writing_) finish(lock);
  }

  void finish(std::unique_lock<std::mutex>& lock) {
    if (finished_) return;
    finished_ = true;
    lock.unlock();
    Finish(*ended_);
  }

  const Service& service_;
  OpenStreams& streams_;
  base::Duration interval_;
  std::string name_;
  std::shared_ptr<Watcher> self_;  ///< until the library is done with it
  std::mutex mutex_;
  ::grpc::Alarm alarm_;
  HealthCheckResponse response_;
  std::optional<HealthCheckResponse::ServingStatus> told_;
  std::optional<::grpc::Status> ended_;
  bool waiting_ = false;
  bool writing_ = false;
  bool finished_ = false;
};

}  // namespace

::grpc::ServerUnaryReactor* Health::Check(::grpc::CallbackServerContext* context,
                                          const HealthCheckRequest* request,
                                          HealthCheckResponse* response) {
  auto* reactor = context->DefaultReactor();
  const auto now = state(service_, request->service());
  if (now == HealthCheckResponse::SERVICE_UNKNOWN) {
    reactor->Finish({::grpc::StatusCode::NOT_FOUND, "there is no such service here"});
  } else {
    response->set_status(now);
    reactor->Finish(::grpc::Status::OK);
  }
  return reactor;
}

::grpc::ServerWriteReactor<HealthCheckResponse>* Health::Watch(
    ::grpc::CallbackServerContext* /*context*/, const HealthCheckRequest* request) {
  const auto watcher = std::make_shared<Watcher>(service_, streams_, interval_, request->service());
  watcher->start();
  return watcher.get();
}

}  // namespace sluice::serve::grpc
