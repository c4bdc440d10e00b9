// Frames of version 1 of the TCP protocol, as clients in the field speak it. See
// docs/tcp-protocol.md. Pure functions, thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "backend/backend.hpp"
#include "base/result.hpp"
#include "serve/net/options.hpp"
#include "serve/tcp/wire.hpp"

namespace sluice::serve::tcp::v1 {

/// The answer's status code.
enum class Code : std::uint32_t { ok = 0, no_model = 2, failed = 4 };

struct Request {
  std::string model;
  /// Without names: the model's inputs in its order.
  backend::Tensors inputs;
  /// Why it cannot be run although the frame is well formed: answered with Code::failed. Empty: it
  /// can.
  std::string problem;
};

/// `frame` is the whole frame, with its length. Aligned tensors borrow from it and keep `owner`.
/// Error (invalid): malformed; version 1 answers that by closing the connection.
base::Result<Request> decode_request(std::span<const std::byte> frame,
                                     const std::shared_ptr<const void>& owner,
                                     const net::Limits& limits);
/// In the layout of the clients: each input's description, then its data. Errors (invalid): a
/// tensor that version 1 has no code for.
base::Result<OutFrame> encode_request(const std::string& model, const backend::Tensors& inputs);

OutFrame encode_response(Code code, const backend::Tensors& outputs);

struct Response {
  std::uint32_t code = 0;
  std::vector<std::string> outputs;  ///< raw contents
};
/// Error (invalid): malformed.
base::Result<Response> decode_response(std::span<const std::byte> frame);

}  // namespace sluice::serve::tcp::v1
