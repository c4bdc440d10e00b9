#include "cli/serve_detection.hpp"

#include "config/station_checks.hpp"

namespace sluice::cli {

base::Result<std::shared_ptr<const serve::zmq::Detection>> detection_of(
    const config::Config& config) {
  auto detection = std::make_shared<serve::zmq::Detection>();
  const auto& zmq = config.serve.options.zmq;
  if (!zmq) return detection;
  for (const auto& model : config.models) {
    if (!config::gives_boxes(model)) continue;
    auto post = config::load_postprocess(model);
    if (!post) return tl::unexpected(base::with_context(model.options.name, post.error()));
    detection->models[model.options.name] = {model.preprocess, std::move(*post)};
  }
  if (!zmq->labels.empty()) {
    auto numbers = serve::zmq::read_label_map(zmq->labels);
    if (!numbers) return tl::unexpected(base::with_context("serve.zmq.labels", numbers.error()));
    detection->numbers = std::move(*numbers);
  }
  return detection;
}

}  // namespace sluice::cli
