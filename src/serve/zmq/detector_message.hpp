// The messages of Frigate's `zmq` detector, to and from values. docs/stations.md describes them.
// Pure functions, thread-safe.
#pragma once

#include <array>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "messaging/router.hpp"
#include "serve/net/options.hpp"
#include "serve/request.hpp"
#include "tensor/dtype.hpp"
#include "tensor/shape.hpp"

namespace sluice::serve::zmq {

/// Does the server have a model? Asked before the first tensor and after each timeout.
struct ModelQuestion {
  std::string model;  ///< what the client calls it: a file's name
};
/// A model's file, for the server to load.
struct ModelFile {
  std::string model;
};
/// What to detect on: a tensor whose elements are in C order.
struct Picture {
  tensor::DType dtype = tensor::DType::uint8;
  tensor::Shape shape;  ///< bytes.size() is what it and dtype need
  messaging::Part data;
};
using DetectorRequest = std::variant<ModelQuestion, ModelFile, Picture>;

/// Errors (invalid) say what is wrong: the number of parts, a header that is too long, is no JSON
/// object or lacks a key, a dtype that is none, a shape that does not match the bytes.
base::Result<DetectorRequest> parse_request(std::span<const messaging::Part> parts,
                                            const net::Limits& limits);

/// Rows of an answer, which always has all of them.
inline constexpr std::size_t kRows = 20;
/// Class, score, top, left, bottom, right; edges as fractions of the image's sides.
using Row = std::array<float, 6>;

/// The best first. At most kRows; the rest is zeros, which is how the protocol says "no more".
/// `decision`: see InferReply.
std::vector<std::string> encode_detections(std::span<const Row> rows, const std::string& decision);

/// An answer that no client can take for detections. The protocol has none for errors; what a
/// client cannot decode it writes to its log, and its library names the element type there: so the
/// message is that of the header, too.
std::vector<std::string> encode_refusal(const Refusal& refusal);

/// To a ModelQuestion. `problem`: why the model is not ready; empty: it is.
std::vector<std::string> encode_model_state(const std::string& problem);

/// To a ModelFile, which no server that has a model of its own takes.
std::vector<std::string> encode_file_refused(const std::string& problem);

}  // namespace sluice::serve::zmq
