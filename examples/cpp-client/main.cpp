// Sends zeros to a model of a running daemon over the TCP protocol, and prints what comes back.
//
//   cpp-client MODEL [HOST [PORT]]
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "serve/tcp/client.hpp"

using namespace sluice;
namespace tcp = serve::tcp;

namespace {

int fail(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return fail("usage: cpp-client MODEL [HOST [PORT]]");
  tcp::ClientOptions options;
  if (argc > 2) options.host = argv[2];
  if (argc > 3) options.port = static_cast<std::uint16_t>(std::atoi(argv[3]));

  auto client = tcp::Client::connect(options);
  if (!client) return fail(client.error().message);
  const auto model = client->model(argv[1]);
  if (!model) return fail(model.error().message);

  tcp::v2::Infer request;
  request.model = model->name;
  request.timeout_us = 1'000'000;
  for (const auto& input : model->info.inputs) {
    auto shape = input.shape;
    for (auto& dim : shape) {
      if (dim < 0) dim = 1;
    }
    auto tensor = tensor::Tensor::allocate(input.name, input.dtype, shape);
    if (!tensor) return fail(tensor.error().message);
    for (auto& byte : tensor->mutable_data()) byte = std::byte{0};
    request.inputs.push_back(std::move(*tensor));
  }

  const auto answer = client->infer(std::move(request));
  if (!answer) return fail(answer.error().message);
  if (!*answer) {
    const auto& refused = answer->error();
    return fail(fmt::format("refused ({}): {}", refused.reason, refused.message));
  }
  const auto& reply = **answer;
  std::printf("%s version %s: %llu us%s\n", reply.model.c_str(), reply.version.c_str(),
              static_cast<unsigned long long>(reply.latency_us), reply.late ? ", late" : "");
  for (const auto& output : reply.outputs) {
    std::printf("  %s %s %s\n", output.name().c_str(), tensor::to_string(output.dtype()).data(),
                tensor::to_string(output.shape()).c_str());
  }
  return 0;
}
