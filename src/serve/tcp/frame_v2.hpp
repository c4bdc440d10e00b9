// Frames of version 2 of the TCP protocol, to and from messages. docs/tcp-protocol.md has them
// byte by byte. Pure functions, thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "backend/backend.hpp"
#include "base/result.hpp"
#include "serve/net/options.hpp"
#include "serve/service.hpp"
#include "serve/tcp/wire.hpp"

namespace sluice::serve::tcp::v2 {

/// From clients. Each has an id of the client's choice, which comes back in the answer.
struct Infer {
  std::uint64_t id = 0;
  std::uint64_t timeout_us = 0;  ///< time left for the result; 0: the task's latency budget
  std::uint32_t priority = 0;    ///< as InferRequest::priority
  std::string model;
  std::string version;
  std::string task;
  std::string traceparent;
  std::vector<std::string> outputs;  ///< those wanted, in this order; none: all
  backend::Tensors inputs;
};
/// Withdraws the inference of the same id. Not answered itself.
struct Cancel {
  std::uint64_t id = 0;
};
struct Ping {
  std::uint64_t id = 0;
};
struct ListModels {
  std::uint64_t id = 0;
};
struct DescribeModel {
  std::uint64_t id = 0;
  std::string model;
  std::string version;
};
/// The first frame of a connection where tokens are required; allowed anywhere.
struct Hello {
  std::uint64_t id = 0;
  std::string token;
};
using ClientMessage = std::variant<Infer, Cancel, Ping, ListModels, DescribeModel, Hello>;

/// From the server.
struct InferReply {
  std::uint64_t id = 0;
  bool late = false;
  std::uint64_t latency_us = 0;  ///< arrival to end, of which:
  std::uint64_t queued_us = 0;
  std::uint64_t service_us = 0;
  std::string model;
  std::string version;
  std::string decision;
  backend::Tensors outputs;
};
/// What a refusal rested on: times, as ever, relative to the answer.
struct Grounds {
  std::uint64_t service_us = 0;
  std::uint64_t backlog_us = 0;
  /// Predicted end from now on (negative: it would have been before); INT64_MAX: never.
  std::int64_t predicted_finish_us = 0;
  std::uint32_t queued = 0;
  std::uint32_t task_queued = 0;
  double density = 0;
};
struct ErrorReply {
  std::uint64_t id = 0;
  Status status = Status::internal;
  std::string reason;
  std::string message;
  std::string decision;
  std::string protects;
  std::uint64_t retry_after_us = 0;  ///< 0: not known
  std::optional<Grounds> grounds;
};
struct Pong {
  std::uint64_t id = 0;
  bool ready = false;
};
struct ModelList {
  std::uint64_t id = 0;
  std::vector<ModelStatus> models;
};
/// Of ModelDescription: name, version, versions, platform, inputs, outputs, max_batch, tasks.
struct ModelReply {
  std::uint64_t id = 0;
  ModelDescription model;
};
struct Welcome {
  std::uint64_t id = 0;
  std::string server;
  std::string version;
  std::uint64_t frame_bytes = 0;  ///< the largest frame that is read
  std::uint32_t pipelined = 0;    ///< requests in flight beyond which the server stops reading
};
using ServerMessage = std::variant<InferReply, ErrorReply, Pong, ModelList, ModelReply, Welcome>;

/// The id in the header of a frame, whatever follows. Needs kHeaderBytes.
std::uint64_t id_of(std::span<const std::byte> frame);

/// `frame` is the whole frame, with its length, magic and version. Tensors borrow from it and
/// keep `owner`, where the frame begins at an address that is a multiple of 8. Errors (invalid)
/// say what is wrong; the frame's length can be trusted all the same.
base::Result<ClientMessage> decode_client(std::span<const std::byte> frame,
                                          const std::shared_ptr<const void>& owner,
                                          const net::Limits& limits);
base::Result<ServerMessage> decode_server(std::span<const std::byte> frame,
                                          const std::shared_ptr<const void>& owner,
                                          const net::Limits& limits);

/// Texts longer than 65,535 bytes are cut.
OutFrame encode(const ClientMessage& message);
OutFrame encode(const ServerMessage& message);

}  // namespace sluice::serve::tcp::v2
