#include "import/vio_models.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "import/write.hpp"

namespace sluice::import {
namespace {

namespace json = boost::json;

/// Below it the orchestrator's own serving drops what a YOLO model finds.
constexpr double kServingScore = 0.4;

std::optional<VioCategory> category_of(const Value& model) {
  const auto category = model.required("category", "what the model tells");
  const auto word = category.text();
  if (word == "classification") return VioCategory::classification;
  if (word == "object_detection") return VioCategory::detection;
  if (word == "object_detection_with_classification") {
    return VioCategory::detection_with_classification;
  }
  if (category) {
    category.problem(
        fmt::format("\"{}\" is unknown; known categories: classification, object_detection, "
                    "object_detection_with_classification",
                    word));
  }
  return std::nullopt;
}

/// The file of labels, which is written if the labels stand in the inventory.
std::string labels_of(const Value& model, const std::string& name, Target& target) {
  if (const auto path = model["class_names_path"]) {
    path.mapped("the file of labels, below data/ as before");
    return literal("data/" + path.text());
  }
  const auto names = model["class_names"];
  const auto words = names.words();
  if (words.empty()) {
    model.changed("has no class_names: classes are called by their numbers; give `labels`");
    return {};
  }
  auto file = fmt::format("labels/{}.txt", name);
  names.mapped(fmt::format("the labels, now in the file {}", file));
  target.files.push_back({file, base::join(words, "\n") + "\n"});
  return file;
}

json::object with_size(const Value& model, json::object rest) {
  const auto size = model["image_resolution"];
  const auto sides = size.items();
  if (sides.size() != 2) {
    if (size) size.problem("must be [width, height]");
    model.changed("has no image_resolution: images keep their size; give `width` and `height`");
    return rest;
  }
  json::object out{{"width", sides[0].integer(1, 1, 16384)},
                   {"height", sides[1].integer(1, 1, 16384)},
                   {"resize", "stretch"}};
  for (auto& entry : rest) out.insert(std::move(entry));
  return out;
}

json::object classification(const Value& model, json::object& out) {
  out["preprocess"] =
      with_size(model, {{"scale", "1/127"}, {"mean", 1}, {"layout", "nhwc"}, {"dtype", "fp32"}});
  model.changed(
      "images were cut to the model's proportions around their centre; here the whole image is "
      "stretched (`resize: stretch`): compare the scores, or let the camera deliver that shape");
  return {{"type", "classification"}};
}

json::object yolo(const Value& model, json::object& out, double threshold) {
  out["preprocess"] = with_size(model, {{"scale", "1/255"}, {"layout", "nchw"}, {"dtype", "fp32"}});
  model.changed(
      "read as the ONNX export of a YOLO v8 or later ([1,4+C,N], channels first); for an older one "
      "set `head: v5`, for one converted from TensorFlow `layout: nhwc`");
  if (threshold < kServingScore) {
    model.changed(fmt::format(
        "min_score is 0.4 instead of {}: the serving dropped what scored less before the "
        "orchestrator saw it; lower it to see more",
        threshold));
  }
  model.changed(
      "of boxes that overlap by more than 0.45 one stays, whatever their classes, as before; the "
      "serving took the enclosing rectangle for the intersection, so others may stay now");
  return {{"type", "yolo"},
          {"head", "v8"},
          {"min_score", std::max(threshold, kServingScore)},
          {"nms", json::object{{"iou", 0.45}, {"class_aware", false}}}};
}

json::object ssd(const Value& model, double threshold, int class_offset) {
  json::object out{{"type", "ssd"}};
  const auto names = model["output"];
  const auto output = [&](const char* key, const char* source, const char* older) {
    auto name = names[source].text();
    if (name.empty()) name = names[older].text(source);
    out[key] = literal(name);
  };
  output("boxes", "detection_boxes", "boxes_coordinates");
  output("scores", "detection_scores", "objectness_scores");
  output("classes", "detection_classes", "classes");
  if (const auto count = names["number_of_boxes"]) out["count"] = literal(count.text());
  if (names) names.leave_rest("is not used: it changes no decision");
  out["order"] = "yxyx";
  out["unit"] = "normalised";
  out["class_offset"] = class_offset;
  out["min_score"] = threshold;
  return out;
}

json::object detection(const Value& model, json::object& out, bool with_classification) {
  const auto threshold = model["objectness_threshold"];
  const double given = threshold.number(0.5);
  if (given < 0 || given > 1) threshold.problem(fmt::format("is {}, not within 0 to 1", given));
  const double score = std::clamp(given, 0.0, 1.0);
  const auto type = model["model_type"].text();
  model.changed(
      "boxes are in pixels of the camera's image; they were normalised (0 to 1), so that crops "
      "for further models were wrong");
  if (type == "yolo") return yolo(model, out, score);
  if (with_classification) {
    out["preprocess"] =
        json::object{{"resize", "none"}, {"scale", 1}, {"layout", "nhwc"}, {"dtype", "uint8"}};
    return ssd(model, score, 0);
  }
  if (type.empty()) {
    model.changed("has no model_type, with which it told nothing; read as Mobilenet");
  }
  out["preprocess"] = with_size(model, {{"scale", 1}, {"layout", "nhwc"}, {"dtype", "uint8"}});
  model.changed(
      "`class_offset: 1` as the serving counted classes; a model converted from TensorFlow Lite "
      "often counts from 0: try it on an image");
  return ssd(model, score, 1);
}

/// Its name, file and what the user has to do.
json::object with_file(const std::string& original, const std::string& name, const Value& where) {
  where.changed(fmt::format(
      "it was run by a model server; convert it to ONNX as models/{}.onnx; `sluice serve` "
      "says whether the names and shapes of its outputs fit",
      name));
  return {{"name", name},
          {"#path", fmt::format("To do: convert \"{}\" to ONNX (tf2onnx, or the training "
                                "framework's export).",
                                original)},
          {"path", fmt::format("models/{}.onnx", name)}};
}

}  // namespace

void VioModels::add_inventory(const Value& inventory) {
  has_inventory_ = true;
  for (const auto& [name, model] : inventory["models"].entries()) known_.emplace(name, model);
  // Of these VIO checks the words in stations; Sluice knows its own.
  for (const char* key : {"cameras", "camera_rules", "item_rules"}) (void)inventory[key];
  inventory.leave_rest();
}

VioModels::Used VioModels::use(const std::string& original, const Value& where, VioCategory guess) {
  const bool is_new = !target_.model_names.has(original);
  const auto found = known_.find(original);
  if (found == known_.end()) {
    const auto& name = target_.model_names.of(original, where);
    if (has_inventory_) {
      std::vector<std::string> names;
      for (const auto& entry : known_) names.push_back(entry.first);
      where.problem(fmt::format("there is no model \"{}\" in the inventory{}; add it there",
                                original, base::suggestion(original, "models", names)));
    } else if (is_new) {
      add_unknown(original, name, where, guess);
    }
    return {name, guess};
  }
  const auto& name = target_.model_names.of(original, found->second);
  const auto category = category_of(found->second);
  if (is_new && category) add(original, name, found->second);
  return {name, category.value_or(guess)};
}

void VioModels::use_all() {
  for (const auto& [name, model] : known_) use(name, model, VioCategory::detection);
}

void VioModels::leave_rest() const {
  for (const auto& [name, model] : known_) {
    if (!target_.model_names.has(name)) model.left_out("no station uses it");
  }
}

void VioModels::add(const std::string& original, const std::string& name, const Value& model) {
  auto out = with_file(original, name, model);
  const auto category = *category_of(model);
  auto post = category == VioCategory::classification
                  ? classification(model, out)
                  : detection(model, out, category == VioCategory::detection_with_classification);
  if (auto labels = labels_of(model, name, target_); !labels.empty()) post["labels"] = labels;
  out["postprocess"] = std::move(post);
  target_.models.push_back(std::move(out));
  if (const auto version = model["version"]) {
    version.left_out("the serving's version; Sluice serves the file that `path` names");
  }
  (void)model["model_type"];
  (void)model["objectness_threshold"];
  (void)model["output"];
  (void)model["image_resolution"];
  model.leave_rest();
}

void VioModels::add_unknown(const std::string& original, const std::string& name,
                            const Value& where, VioCategory category) {
  auto out = with_file(original, name, where);
  const bool classifies = category == VioCategory::classification;
  out["#postprocess"] =
      "To do: give `preprocess` and `labels`; no inventory said what this model takes and tells.";
  out["postprocess"] = classifies ? json::object{{"type", "classification"}}
                                  : json::object{{"type", "ssd"},
                                                 {"boxes", "detection_boxes"},
                                                 {"scores", "detection_scores"},
                                                 {"classes", "detection_classes"}};
  where.changed(fmt::format(
      "no inventory says what the model is; read as one for {} because of its rule: check "
      "`postprocess`, and give `preprocess` and `labels`",
      classifies ? "classification" : "detection (SSD)"));
  target_.models.push_back(std::move(out));
}

}  // namespace sluice::import
