// The health service: whether the daemon is ready, once or as it changes.
#pragma once

#include <health.grpc.pb.h>

#include "serve/grpc/open_streams.hpp"
#include "serve/service.hpp"

namespace sluice::serve::grpc {

/// Knows the server as a whole ("") and the inference service by its full name.
class Health final : public ::grpc::health::v1::Health::CallbackService {
 public:
  /// Watchers look for a change every `interval`.
  Health(const serve::Service& service, OpenStreams& streams, base::Duration interval)
      : service_(service), streams_(streams), interval_(interval) {}

  ::grpc::ServerUnaryReactor* Check(::grpc::CallbackServerContext* context,
                                    const ::grpc::health::v1::HealthCheckRequest* request,
                                    ::grpc::health::v1::HealthCheckResponse* response) override;
  ::grpc::ServerWriteReactor<::grpc::health::v1::HealthCheckResponse>* Watch(
      ::grpc::CallbackServerContext* context,
      const ::grpc::health::v1::HealthCheckRequest* request) override;

 private:
  const serve::Service& service_;
  OpenStreams& streams_;
  base::Duration interval_;
};

}  // namespace sluice::serve::grpc
