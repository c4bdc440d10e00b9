// One way to send a stream's request and get its answer, whatever the protocol.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backend/model_info.hpp"
#include "load/plan.hpp"
#include "tensor/tensor.hpp"

namespace boost::asio {
class io_context;
}

namespace sluice::load {

/// How one request ended.
struct Answer {
  bool ok = false;
  /// Unless ok: the server's reason ("shed", "expired", ...), else "http_400", "connection",
  /// "timeout", ...
  std::string reason;
};

/// Carries one request at a time. Connects when needed, and again after an error.
/// Not thread-safe: to be used on the io_context's one thread only.
class Channel {
 public:
  virtual ~Channel() = default;
  /// `done` runs on the io_context's thread, never from within the call.
  virtual void send(std::function<void(Answer)> done) = 0;
};

/// A stream's protocol: knows its request's bytes, which are the same each time.
class Transport {
 public:
  virtual ~Transport() = default;
  /// The model's inputs. Blocks. Errors (unavailable): nobody there; else what the server says.
  virtual base::Result<std::vector<backend::TensorInfo>> inputs() = 0;
  /// What every request will hold; before any channel is made.
  virtual void set_request(const std::vector<tensor::Tensor>& tensors) = 0;
  /// The transport must outlive the channel, and the channel the io_context's run.
  virtual std::unique_ptr<Channel> open(boost::asio::io_context& io) = 0;
};

/// What a transport needs from the plan.
struct TransportOptions {
  Target target;
  Stream stream;
  base::Duration timeout{};
  std::string token;
};

std::unique_ptr<Transport> make_http_transport(TransportOptions options);
std::unique_ptr<Transport> make_tcp_transport(TransportOptions options);
std::unique_ptr<Transport> make_grpc_transport(TransportOptions options);

}  // namespace sluice::load
