// The Open Inference Protocol over gRPC with raw tensor contents.
#include <latch>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <grpcpp/grpcpp.h>
#include <inference.grpc.pb.h>

#include "load/channel.hpp"
#include "tensor/raw.hpp"

namespace sluice::load {
namespace {

namespace asio = boost::asio;
using Service = inference::GRPCInferenceService;

/// Calls that share a connection: HTTP/2 carries many at once, but one connection has one thread.
constexpr std::size_t kCallsPerConnection = 64;

std::string status_name(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return "grpc_deadline_exceeded";
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return "grpc_resource_exhausted";
    case grpc::StatusCode::UNAVAILABLE:
      return "grpc_unavailable";
    case grpc::StatusCode::INVALID_ARGUMENT:
      return "grpc_invalid_argument";
    default:
      return fmt::format("grpc_{}", static_cast<int>(code));
  }
}

/// One call at a time. The library's threads end a call; the answer is passed on to ours.
class GrpcChannel final : public Channel {
 public:
  struct Shared {
    inference::ModelInferRequest request;
    base::Duration timeout{};
    std::string token;
  };

  GrpcChannel(asio::io_context& io, const Shared& shared, std::shared_ptr<Service::Stub> stub)
      : io_(io), shared_(shared), stub_(std::move(stub)) {}

  /// Waits for a call under way: the library uses our members until it ends.
  ~GrpcChannel() override {
    if (!call_) return;
    call_->context.TryCancel();
    ended_->wait();
  }

  void send(std::function<void(Answer)> done) override {
    call_ = std::make_unique<Call>();
    ended_ = std::make_shared<std::latch>(1);
    call_->context.set_deadline(std::chrono::system_clock::now() + shared_.timeout);
    if (!shared_.token.empty()) {
      call_->context.AddMetadata("authorization", "Bearer " + shared_.token);
    }
    // It must not own the call, which keeps the connection open: the library's threads cannot close
    // the last connection, as they would wait for themselves.
    stub_->async()->ModelInfer(
        &call_->context, &shared_.request, &call_->response,
        [this, ended = ended_, done = std::move(done)](const grpc::Status& status) {
          asio::post(io_, [this, done, answer = answer_of(status, *call_)] {
            call_.reset();
            done(answer);
          });
          ended->count_down();
        });
  }

 private:
  struct Call {
    grpc::ClientContext context;
    inference::ModelInferResponse response;
  };

  static Answer answer_of(const grpc::Status& status, const Call& call) {
    if (status.ok()) return {true, {}};
    const auto& trailing = call.context.GetServerTrailingMetadata();
    const auto reason = trailing.find("sluice-reason");
    if (reason != trailing.end()) return {false, {reason->second.data(), reason->second.size()}};
    return {false, status_name(status.error_code())};
  }

  asio::io_context& io_;
  const Shared& shared_;
  std::shared_ptr<Service::Stub> stub_;
  std::unique_ptr<Call> call_;         ///< the one under way
  std::shared_ptr<std::latch> ended_;  ///< nothing of ours is used after it
};

class GrpcTransport final : public Transport {
 public:
  explicit GrpcTransport(TransportOptions options) : options_(std::move(options)) {
    shared_.timeout = options_.timeout;
    shared_.token = options_.token;
  }
  base::Result<std::vector<backend::TensorInfo>> inputs() override;
  void set_request(const std::vector<tensor::Tensor>& tensors) override;
  std::unique_ptr<Channel> open(asio::io_context& io) override {
    if (opened_++ % kCallsPerConnection == 0) stub_ = connect();
    return std::make_unique<GrpcChannel>(io, shared_, stub_);
  }

 private:
  [[nodiscard]] std::shared_ptr<Service::Stub> connect() const {
    const auto& target = options_.target;
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);
    // Without it, channels to one place share a connection.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    const bool v6 = target.host.find(':') != std::string::npos;
    return Service::NewStub(grpc::CreateCustomChannel(
        fmt::format("{}{}{}:{}", v6 ? "[" : "", target.host, v6 ? "]" : "", target.port),
        grpc::InsecureChannelCredentials(), arguments));
  }

  TransportOptions options_;
  GrpcChannel::Shared shared_;
  std::size_t opened_ = 0;
  std::shared_ptr<Service::Stub> stub_;
};

base::Result<std::vector<backend::TensorInfo>> GrpcTransport::inputs() {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + options_.timeout);
  if (!options_.token.empty()) context.AddMetadata("authorization", "Bearer " + options_.token);
  inference::ModelMetadataRequest request;
  request.set_name(options_.stream.model);
  request.set_version(options_.stream.version);
  inference::ModelMetadataResponse response;
  if (const auto status = connect()->ModelMetadata(&context, request, &response); !status.ok()) {
    const bool nobody = status.error_code() == grpc::StatusCode::UNAVAILABLE;
    return base::fail(nobody ? base::ErrorCode::unavailable : base::ErrorCode::invalid,
                      "{} says about model \"{}\": {}", options_.stream.url, options_.stream.model,
                      status.error_message());
  }
  std::vector<backend::TensorInfo> inputs;
  for (const auto& input : response.inputs()) {
    const auto dtype = tensor::dtype_from(input.datatype());
    if (!dtype) {
      return base::fail(base::ErrorCode::unsupported, "input \"{}\" has the unknown type \"{}\"",
                        input.name(), input.datatype());
    }
    inputs.push_back({input.name(), *dtype, {input.shape().begin(), input.shape().end()}});
  }
  return inputs;
}

void GrpcTransport::set_request(const std::vector<tensor::Tensor>& tensors) {
  const auto& stream = options_.stream;
  auto& request = shared_.request;
  request.set_model_name(stream.model);
  request.set_model_version(stream.version);
  auto& parameters = *request.mutable_parameters();
  if (stream.priority > 0) parameters["priority"].set_uint64_param(stream.priority);
  if (stream.deadline != base::kForever) {
    parameters["deadline_ms"].set_double_param(base::to_ms(stream.deadline));
  }
  if (!stream.task.empty()) parameters["task"].set_string_param(stream.task);
  for (const auto& tensor : tensors) {
    auto& input = *request.add_inputs();
    input.set_name(tensor.name());
    input.set_datatype(std::string(tensor::to_string(tensor.dtype())));
    for (const auto size : tensor.shape()) input.add_shape(size);
    tensor::append_raw(tensor, *request.add_raw_input_contents());
  }
}

}  // namespace

std::unique_ptr<Transport> make_grpc_transport(TransportOptions options) {
  return std::make_unique<GrpcTransport>(std::move(options));
}

}  // namespace sluice::load
