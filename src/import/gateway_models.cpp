#include "import/gateway_models.hpp"

#include <filesystem>

#include "import/write.hpp"

namespace sluice::import {
namespace {

namespace json = boost::json;

struct InputSize {
  std::int64_t width = 0;
  std::int64_t height = 0;
};

/// The input's size as models.yaml shows it, if it does.
InputSize size_of(const Value& model, InputSize fallback) {
  const auto input = model["input"];
  const auto shape = input["shape"].items();
  const bool nhwc = input["layout"].text() == "nhwc" || input["layout"].text() == "NHWC";
  (void)input["dtype"];
  if (shape.size() != 4) return fallback;
  const auto side = [&](std::size_t axis) { return shape[axis].integer(1, 1, 16384); };
  return nhwc ? InputSize{side(2), side(1)} : InputSize{side(3), side(2)};
}

json::object preprocess(InputSize size, const char* resize) {
  return {{"width", size.width}, {"height", size.height}, {"resize", resize}};
}

void describe_classifier(json::object& out, const Value& model, const Value& where) {
  auto pre = preprocess(size_of(model, {224, 224}), "stretch");
  pre["mean"] = json::array{0.485, 0.456, 0.406};
  pre["std"] = json::array{0.229, 0.224, 0.225};
  out["preprocess"] = std::move(pre);
  out["postprocess"] = json::object{{"type", "classification"}, {"scores", "logits"}, {"top_k", 3}};
  where.changed(
      "read as an ImageNet classifier, with the pre-processing of the gateway's clients; give "
      "`postprocess.labels` to have names instead of numbers");
}

void describe_yolo(const std::string& id, json::object& out, const Value& model,
                   const Value& where) {
  out["preprocess"] = preprocess(size_of(model, {640, 640}), "letterbox");
  json::object post{{"type", "yolo"}, {"head", "v5"}};
  if (id.find("coco") != std::string::npos) {
    post["labels"] = "assets/coco.names";
    where.changed(
        "labels are the names of assets/coco.names; they were numbers, so that no agent for "
        "\"person\" ever acted");
  } else {
    where.changed("give `postprocess.labels`, a file of class names: they were numbers");
  }
  post["min_score"] = 0.25;
  post["nms"] = json::object{{"iou", 0.45}, {"class_aware", false}};
  out["postprocess"] = std::move(post);
  where.changed(
      "no second sigmoid: the model has one already, and with two of them every box passed a "
      "threshold of 0.25; `min_score` is now the model's own probability");
}

void describe(const std::string& id, GatewayFamily family, json::object& out, const Value& model,
              const Value& where) {
  switch (family) {
    case GatewayFamily::classifier:
      return describe_classifier(out, model, where);
    case GatewayFamily::yolo:
      return describe_yolo(id, out, model, where);
    case GatewayFamily::ssd:
      out["preprocess"] = preprocess(size_of(model, {300, 300}), "stretch");
      where.changed(
          "an output of rows of seven is told as plain values; export the model with boxes, scores "
          "and classes as outputs of their own and set `postprocess: { type: ssd, ... }`");
      return;
    case GatewayFamily::numbers:
      (void)size_of(model, {});
      where.mapped("takes the numbers of a message, and its outputs are told as they are");
      return;
    case GatewayFamily::unknown: {
      const auto size = size_of(model, {});
      if (size.width > 0) out["preprocess"] = preprocess(size, "stretch");
      where.changed("nothing says what it takes and tells; give `preprocess` and `postprocess`");
      return;
    }
  }
}

}  // namespace

GatewayFamily family_of(const std::string& model, const std::string& preprocess,
                        const std::string& postprocess) {
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  if (has(preprocess, "yolov5") || has(postprocess, "yolo_nms")) return GatewayFamily::yolo;
  if (has(preprocess, "vector_to_tensor")) return GatewayFamily::numbers;
  if (model.starts_with("yolov5")) return GatewayFamily::yolo;
  if (model.starts_with("ssd")) return GatewayFamily::ssd;
  if (model.starts_with("mobilenet") || has(postprocess, "softmax_topk")) {
    return GatewayFamily::classifier;
  }
  return GatewayFamily::unknown;
}

void add_gateway_model(const std::string& id, const Value& model, const Value& where,
                       GatewayFamily family, Target& target) {
  const auto& name = target.model_names.of(id, where);
  std::string path = fmt::format("models/{}.onnx", name);
  if (model) {
    const auto engine = model.required("engine", "the model's file");
    const auto plan = std::filesystem::path(engine.text());
    if (!plan.empty()) path = std::filesystem::path(plan).replace_extension(".onnx").string();
    engine.changed(fmt::format(
        "{} instead: a TensorRT plan fits one GPU and one version of TensorRT; Sluice takes the "
        "ONNX file that it was built from, and builds and caches plans itself",
        path));
  } else {
    where.changed(fmt::format("no models.yaml says where it is: put it at {}", path));
  }
  json::object out{{"name", name},
                   {"#path", "To do: put the ONNX file that the plan was built from here."},
                   {"path", literal(path)},
                   {"providers", json::array{"tensorrt", "cuda", "cpu"}}};
  if (const auto concurrency = model["concurrency"]) {
    out["instances"] = concurrency.integer(1, 1, 64);
    concurrency.changed("instances: they run at the same time here, where slots are free");
  }
  describe(id, family, out, model, model ? model : where);
  if (const auto outputs = model["outputs"]) {
    outputs.left_out("it was for the reader only; the ONNX file says it");
  }
  model.leave_rest();
  target.models.push_back(std::move(out));
}

json::object gateway_serve(const Value& server) {
  const auto port = [&](const char* key, std::int64_t fallback) {
    return fmt::format("0.0.0.0:{}", server[key].integer(fallback, 0, 65535));
  };
  json::object out{{"#tcp",
                    "Every address of the machine, as before; 127.0.0.1 is safer, and "
                    "`tokens` and `tls` guard the rest."},
                   {"tcp", port("port", 8008)},
                   {"http", port("http_port", 8080)}};
  if (server["host"]) server["host"].left_out("the gateway did not read it either");
  json::object limits;
  if (const auto most = server["max_clients"]) {
    limits["connections"] = most.integer(256, 1, 1'000'000);
    most.changed("it bounds connections now; it was only the backlog of the listener");
  }
  for (const char* direction : {"read", "write"}) {
    const auto timeout = server[fmt::format("{}_timeout_ms", direction)];
    if (!timeout) continue;
    limits[fmt::format("{}_timeout", direction)] = milliseconds(timeout.number(30'000), 10);
    timeout.changed("it has an effect now: on one whole request, or answer");
  }
  if (!limits.empty()) out["limits"] = std::move(limits);
  if (const auto depth = server["queue_depth"]) {
    out["default_task"] = json::object{{"queue_capacity", depth.integer(1024, 1, 1'000'000)}};
    depth.changed("requests that may wait, for each model; the gateway did not use it");
  }
  server.leave_rest();
  return out;
}

}  // namespace sluice::import
