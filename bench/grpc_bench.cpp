// What our side of a gRPC inference costs: requests per second of ModelInfer with a service that
// answers at once, against an empty service on the same library, in one run. Each server is a
// process of its own; the client keeps many calls in flight. The bar is 85 %.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <grpcpp/create_channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <inference.grpc.pb.h>
#include <sys/wait.h>
#include <unistd.h>

#include "instant_service.hpp"
#include "serve/grpc/server.hpp"

namespace {

using namespace sluice;
using bench::InstantService;
using inference::ModelInferRequest;
using inference::ModelInferResponse;

constexpr int kInFlight = 64;
constexpr int kRounds = 5;
constexpr auto kRound = std::chrono::milliseconds(800);

/// The least that a service can do: the input goes back as the output.
class EmptyService final : public inference::GRPCInferenceService::CallbackService {
 public:
  grpc::ServerUnaryReactor* ModelInfer(grpc::CallbackServerContext* context,
                                       const ModelInferRequest* request,
                                       ModelInferResponse* response) override {
    response->set_model_name(request->model_name());
    response->set_id(request->id());
    const auto& input = request->inputs(0);
    auto& output = *response->add_outputs();
    output.set_name(input.name());
    output.set_datatype(input.datatype());
    *output.mutable_shape() = input.shape();
    response->add_raw_output_contents(request->raw_input_contents(0));
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

/// A server in a child process, which ends when this does.
struct ServerProcess {
  std::uint16_t port = 0;
  int alive = -1;  ///< closed: the child ends
  pid_t child = -1;
};

void tell_port_and_wait(std::uint16_t port, int port_pipe, int alive_pipe) {
  char end = 0;
  if (write(port_pipe, &port, sizeof port) == sizeof port) {
    static_cast<void>(read(alive_pipe, &end, 1));
  }
}

void serve_empty(int port_pipe, int alive_pipe) {
  EmptyService service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  tell_port_and_wait(static_cast<std::uint16_t>(port), port_pipe, alive_pipe);
}

void serve_sluice(int port_pipe, int alive_pipe) {
  InstantService service;
  const base::SteadyClock clock;
  const serve::net::Tokens tokens;
  serve::net::RateLimiter rates(0, 1);
  serve::grpc::ServerOptions options;
  options.listen.address = "127.0.0.1";
  const auto server =
      serve::grpc::Server::start({service, clock, tokens, rates, {}}, options).value();
  tell_port_and_wait(server->port(), port_pipe, alive_pipe);
}

/// Before this process uses gRPC: the library does not survive a fork.
ServerProcess start(void (*serve)(int, int)) {
  std::array<int, 2> port_pipe{};
  std::array<int, 2> alive_pipe{};
  ServerProcess server;
  if (pipe(port_pipe.data()) != 0 || pipe(alive_pipe.data()) != 0) return server;
  server.child = fork();
  if (server.child == 0) {
    close(alive_pipe[1]);
    serve(port_pipe[1], alive_pipe[0]);
    _exit(0);
  }
  close(port_pipe[1]);
  close(alive_pipe[0]);
  server.alive = alive_pipe[1];
  if (read(port_pipe[0], &server.port, sizeof server.port) != sizeof server.port) server.port = 0;
  return server;
}

ModelInferRequest request_of(std::size_t bytes) {
  ModelInferRequest request;
  request.set_model_name("text-det");
  request.set_id("1");
  auto& input = *request.add_inputs();
  input.set_name("x");
  input.set_datatype("FP32");
  input.add_shape(1);
  input.add_shape(static_cast<std::int64_t>(bytes / 4));
  request.add_raw_input_contents()->assign(bytes, '\1');
  return request;
}

class Client {
 public:
  Client(std::uint16_t port, const ModelInferRequest& request)
      : stub_(inference::GRPCInferenceService::NewStub(grpc::CreateChannel(
            "127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials()))),
        request_(request) {}

  /// Calls per second; 0 if one failed.
  double rate() {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < kInFlight; ++i) send();
    int in_flight = kInFlight;
    int done = 0;
    bool good = true;
    void* tag = nullptr;
    bool ok = false;
    while (in_flight > 0 && queue_.Next(&tag, &ok)) {
      const std::unique_ptr<Call> call(static_cast<Call*>(tag));
      good = good && call->status.ok();
      ++done;
      if (good && std::chrono::steady_clock::now() - begin < kRound) {
        send();
      } else {
        --in_flight;
      }
    }
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    return good ? done / spent.count() : 0;
  }

 private:
  struct Call {
    grpc::ClientContext context;
    ModelInferResponse response;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<ModelInferResponse>> reader;
  };
  void send() {
    auto* call = new Call;
    call->reader = stub_->AsyncModelInfer(&call->context, request_, &queue_);
    call->reader->Finish(&call->response, &call->status, call);
  }

  std::unique_ptr<inference::GRPCInferenceService::Stub> stub_;
  const ModelInferRequest& request_;
  grpc::CompletionQueue queue_;
};

/// Rounds alternate, so that what else the machine does hits both; the medians are compared.
bool compare(const char* what, std::size_t bytes, const ServerProcess& empty,
             const ServerProcess& sluice) {
  const auto request = request_of(bytes);
  Client to_empty(empty.port, request);
  Client to_sluice(sluice.port, request);
  std::vector<double> empty_rates;
  std::vector<double> sluice_rates;
  to_empty.rate();
  to_sluice.rate();
  for (int round = 0; round < kRounds; ++round) {
    empty_rates.push_back(to_empty.rate());
    sluice_rates.push_back(to_sluice.rate());
  }
  std::sort(empty_rates.begin(), empty_rates.end());
  std::sort(sluice_rates.begin(), sluice_rates.end());
  const double base_rate = empty_rates[kRounds / 2];
  const double our_rate = sluice_rates[kRounds / 2];
  std::printf("%-8s empty service %8.0f/s   sluice %8.0f/s   ratio %.2f\n", what, base_rate,
              our_rate, our_rate / base_rate);
  return empty_rates.front() > 0 && sluice_rates.front() > 0;
}

}  // namespace

int main() {
  const auto empty = start(serve_empty);
  const auto sluice = start(serve_sluice);
  bool good = empty.port != 0 && sluice.port != 0;
  good = good && compare("16 B", 16, empty, sluice);
  good = good && compare("150 KB", 150'000, empty, sluice);
  // First all: the second child holds the first one's pipe too.
  for (const auto& server : {empty, sluice}) close(server.alive);
  for (const auto& server : {empty, sluice}) waitpid(server.child, nullptr, 0);
  if (!good) std::fprintf(stderr, "grpc_bench: a server did not start, or a call failed\n");
  return good ? 0 : 1;
}
