#include "serve/grpc/inference_service.hpp"

#include <optional>
#include <string>
#include <utility>

#include "serve/grpc/gate.hpp"
#include "serve/grpc/infer_stream.hpp"
#include "serve/grpc/metadata_codec.hpp"
#include "serve/grpc/status.hpp"

namespace sluice::serve::grpc {
namespace {

using Context = InferenceService::Context;
using Reactor = InferenceService::Reactor;

/// A call that is not an inference: who may make it, and what is told of its end.
class PlainCall {
 public:
  PlainCall(const ServerContext& server, Context& context, const char* name)
      : server_(server),
        context_(context),
        reactor_(*context.DefaultReactor()),
        name_(name),
        begin_(server.clock.now()) {}

  [[nodiscard]] Reactor* reactor() const { return &reactor_; }

  /// False: the caller may not, and has been told so.
  [[nodiscard]] bool admitted(net::Role needed) const {
    const auto refusal = check_role(context_, server_.tokens, needed);
    if (refusal) end(*refusal);
    return !refusal;
  }

  void end(const Refusal& refusal) const {
    for (const auto& [key, value] : details_of(refusal)) context_.AddTrailingMetadata(key, value);
    end(refusal.status, status_of(refusal));
  }
  void end(const base::Status& status) const {
    if (!status) return end(refuse(status.error()));
    end(Status::ok, ::grpc::Status::OK);
  }

 private:
  void end(Status outcome, const ::grpc::Status& status) const {
    if (server_.on_call) server_.on_call(name_, outcome, server_.clock.now() - begin_);
    reactor_.Finish(status);
  }

  const ServerContext& server_;
  Context& context_;
  Reactor& reactor_;
  const char* name_;
  base::Time begin_;
};

/// nullopt: the repository may be changed in this way here.
std::optional<Refusal> check_management(const ServerOptions& options, bool has_overrides) {
  Refusal refusal;
  if (!options.management) {
    refusal.status = Status::forbidden;
    refusal.message = "models are managed on the management address, not here";
    return refusal;
  }
  if (has_overrides) {
    refusal.status = Status::unsupported;
    refusal.message =
        "a model is loaded as the repository has it: overriding its configuration or files is not "
        "offered";
    return refusal;
  }
  return std::nullopt;
}

}  // namespace

InferenceService::InferenceService(const ServerContext& server, const ServerOptions& options,
                                   OpenStreams& streams)
    : server_(server), options_(options), streams_(streams) {
  SetMessageAllocatorFor_ModelInfer(&allocator_);
}

Reactor* InferenceService::ServerLive(Context* context,
                                      const inference::ServerLiveRequest* /*request*/,
                                      inference::ServerLiveResponse* response) {
  const PlainCall call(server_, *context, "server_live");
  response->set_live(server_.service.live());
  call.end(base::Status());
  return call.reactor();
}

Reactor* InferenceService::ServerReady(Context* context,
                                       const inference::ServerReadyRequest* /*request*/,
                                       inference::ServerReadyResponse* response) {
  const PlainCall call(server_, *context, "server_ready");
  response->set_ready(server_.service.ready());
  call.end(base::Status());
  return call.reactor();
}

Reactor* InferenceService::ModelReady(Context* context, const inference::ModelReadyRequest* request,
                                      inference::ModelReadyResponse* response) {
  const PlainCall call(server_, *context, "model_ready");
  if (!call.admitted(net::Role::infer)) return call.reactor();
  const auto model = server_.service.model(request->name(), request->version());
  response->set_ready(model.has_value());
  call.end(base::Status());
  return call.reactor();
}

Reactor* InferenceService::ServerMetadata(Context* context,
                                          const inference::ServerMetadataRequest* /*request*/,
                                          inference::ServerMetadataResponse* response) {
  const PlainCall call(server_, *context, "server_metadata");
  if (!call.admitted(net::Role::infer)) return call.reactor();
  const auto info = server_.service.info();
  response->set_name(info.name);
  response->set_version(info.version);
  response->mutable_extensions()->Add(info.extensions.begin(), info.extensions.end());
  call.end(base::Status());
  return call.reactor();
}

Reactor* InferenceService::ModelMetadata(Context* context,
                                         const inference::ModelMetadataRequest* request,
                                         inference::ModelMetadataResponse* response) {
  const PlainCall call(server_, *context, "model_metadata");
  if (!call.admitted(net::Role::infer)) return call.reactor();
  const auto model = server_.service.model(request->name(), request->version());
  if (!model) {
    call.end(tl::unexpected(model.error()));
    return call.reactor();
  }
  encode(*model, *response);
  call.end(base::Status());
  return call.reactor();
}

Reactor* InferenceService::ModelInfer(Context* context,
                                      const inference::ModelInferRequest* /*request*/,
                                      inference::ModelInferResponse* response) {
  return start_infer(server_, options_.limits, *context, *response);
}

::grpc::ServerBidiReactor<inference::ModelInferRequest, inference::ModelStreamInferResponse>*
InferenceService::ModelStreamInfer(Context* context) {
  return start_infer_stream(server_, options_.limits, streams_, *context);
}

Reactor* InferenceService::ModelConfig(Context* context,
                                       const inference::ModelConfigRequest* request,
                                       inference::ModelConfigResponse* response) {
  const PlainCall call(server_, *context, "model_config");
  if (!call.admitted(net::Role::infer)) return call.reactor();
  const auto model = server_.service.model(request->name(), request->version());
  if (!model) {
    call.end(tl::unexpected(model.error()));
    return call.reactor();
  }
  encode(*model, *response->mutable_config());
  call.end(base::Status());
  return call.reactor();
}

Reactor* InferenceService::ModelStatistics(Context* context,
                                           const inference::ModelStatisticsRequest* request,
                                           inference::ModelStatisticsResponse* response) {
  const PlainCall call(server_, *context, "model_statistics");
  if (!call.admitted(net::Role::operate)) return call.reactor();
  const auto statistics = server_.service.statistics(request->name(), request->version());
  if (!statistics) {
    call.end(tl::unexpected(statistics.error()));
    return call.reactor();
  }
  for (const auto& model : *statistics) encode(model, *response->add_model_stats());
  call.end(base::Status());
  return call.reactor();
}

Reactor* InferenceService::RepositoryIndex(Context* context,
                                           const inference::RepositoryIndexRequest* request,
                                           inference::RepositoryIndexResponse* response) {
  const PlainCall call(server_, *context, "repository_index");
  if (!call.admitted(net::Role::infer)) return call.reactor();
  for (const auto& model : server_.service.models()) {
    if (request->ready() && model.state != ModelState::ready) continue;
    encode(model, *response->add_models());
  }
  call.end(base::Status());
  return call.reactor();
}

Reactor* InferenceService::RepositoryModelLoad(
    Context* context, const inference::RepositoryModelLoadRequest* request,
    inference::RepositoryModelLoadResponse* /*response*/) {
  const PlainCall call(server_, *context, "repository_load");
  if (!call.admitted(net::Role::admin)) return call.reactor();
  if (const auto refusal = check_management(options_, request->parameters_size() != 0)) {
    call.end(*refusal);
    return call.reactor();
  }
  server_.service.load(request->model_name(),
                       [call](const base::Status& status) { call.end(status); });
  return call.reactor();
}

Reactor* InferenceService::RepositoryModelUnload(
    Context* context, const inference::RepositoryModelUnloadRequest* request,
    inference::RepositoryModelUnloadResponse* /*response*/) {
  const PlainCall call(server_, *context, "repository_unload");
  if (!call.admitted(net::Role::admin)) return call.reactor();
  if (const auto refusal = check_management(options_, false)) {
    call.end(*refusal);
    return call.reactor();
  }
  server_.service.unload(request->model_name(),
                         [call](const base::Status& status) { call.end(status); });
  return call.reactor();
}

}  // namespace sluice::serve::grpc
