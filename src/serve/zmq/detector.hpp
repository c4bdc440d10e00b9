// From a client's picture to an inference, and from its outputs to the rows of the answer.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "backend/model_info.hpp"
#include "base/result.hpp"
#include "serve/options.hpp"
#include "serve/service.hpp"
#include "serve/zmq/detection.hpp"
#include "serve/zmq/detector_message.hpp"
#include "station/step_model.hpp"
#include "vision/transform.hpp"

namespace sluice::serve::zmq {

/// A picture on its way through the engine.
struct Prepared {
  InferRequest request;
  std::shared_ptr<const Detection> detection;  ///< by which its outputs are read
  vision::Transform transform;
};

/// Not thread-safe.
class Detector {
 public:
  /// What it is given must outlive it.
  Detector(const ZmqOptions& options, const Service& service, const CurrentDetection& detection)
      : options_(options), service_(service), current_(detection) {}

  /// Whether the model is there and suits what the configuration says of it. Errors: as
  /// Service::model(); invalid: the outputs are not what `postprocess` says.
  base::Status ready();

  /// A picture of the model's own type and shape is handed on as it is; one of uint8 is an image,
  /// which is pre-processed. Errors: as ready(), with the status that suits; another picture.
  tl::expected<Prepared, Refusal> prepare(const Picture& picture);

  /// Of a reply whose status is ok. Error (internal): the outputs are not what they should be.
  tl::expected<std::vector<Row>, Refusal> read(const Prepared& prepared,
                                               const InferReply& reply) const;

 private:
  /// The model as it is now, bound anew if it has changed.
  base::Status bind();

  const ZmqOptions& options_;
  const Service& service_;
  const CurrentDetection& current_;
  std::shared_ptr<const Detection> detection_;
  backend::ModelInfo info_;  ///< what model_ is bound to
  std::shared_ptr<const station::StepModel> model_;
};

}  // namespace sluice::serve::zmq
