#include "config/kinds.hpp"
#include "config/sections.hpp"

namespace sluice::config {
namespace {

namespace post = vision::post;
using Post = PostProcessConfig;

/// The options of a kind, which the kind's rule has put in place.
template <class Options>
Options& of(Post& p) {
  return std::get<Options>(p.options);
}

template <class Options>
void output_key(Object<Post>& o) {
  o.key(
      "output", [](Post & p) -> auto& { return of<Options>(p).output; }, text(),
      "Name of the model's output; none: its only one.");
}

void labels_key(Object<Post>& o) {
  o.key(
      "labels", [](Post & p) -> auto& { return p.labels; }, path(),
      "File of class names, one a line, in the model's order; none: classes are called by their "
      "numbers.");
}

template <class Options>
void min_score_key(Object<Post>& o) {
  o.key(
      "min_score", [](Post & p) -> auto& { return of<Options>(p).score_threshold; },
      real(between(0, 1)), "Lowest score of what is told.");
}

template <class Options>
void scores_key(Object<Post>& o) {
  o.key(
      "scores", [](Post & p) -> auto& { return of<Options>(p).scores; },
      choice<post::Scores>(
          {{post::Scores::probabilities, "probabilities", "0 to 1, taken as they are"},
           {post::Scores::logits, "logits", "the softmax is taken"}}),
      "What the model's numbers are.");
}

Object<post::NmsOptions> nms_post() {
  using O = post::NmsOptions;
  Object<O> o("nms", "Which of several boxes on the same thing stay.");
  o.key(
      "iou", [](O & n) -> auto& { return n.iou_threshold; }, number(between(0, 1)),
      "Boxes that overlap a better one by more than this (intersection over union) go.");
  o.key(
      "max_objects", [](O & n) -> auto& { return n.max_detections; },
      integer<int>({.minimum = 1, .maximum = 10'000}), "Most objects that stay.");
  o.key(
      "class_aware", [](O & n) -> auto& { return n.class_aware; }, boolean(),
      "Whether only boxes of the same class compete.");
  return o;
}

Object<Post> values_post() {
  auto o = kind<Post>("values", "the numbers themselves", {post::ValuesOptions{}, {}});
  o.key(
      "outputs", [](Post & p) -> auto& { return of<post::ValuesOptions>(p).outputs; }, list(text()),
      "Names of the outputs; none: all.");
  o.key(
      "max_values", [](Post & p) -> auto& { return of<post::ValuesOptions>(p).max_values; },
      integer<int>({.minimum = 1, .maximum = 1 << 20}), "Most elements of one output.");
  return o;
}

Object<Post> classification_post() {
  auto o = kind<Post>("classification", "the best classes", {post::ClassificationOptions{}, {}});
  output_key<post::ClassificationOptions>(o);
  labels_key(o);
  scores_key<post::ClassificationOptions>(o);
  o.key(
      "top_k", [](Post & p) -> auto& { return of<post::ClassificationOptions>(p).top_k; },
      integer<int>({.minimum = 1, .maximum = 1000}), "How many classes are told, best first.");
  min_score_key<post::ClassificationOptions>(o);
  return o;
}

Object<Post> yolo_post() {
  auto o = kind<Post>("yolo", "boxes of a YOLO head", {post::YoloOptions{}, {}});
  output_key<post::YoloOptions>(o);
  o.key(
      "head", [](Post & p) -> auto& { return of<post::YoloOptions>(p).head; },
      choice<post::YoloHead>(
          {{post::YoloHead::v5, "v5", "[1,N,5+C] with objectness: v5, v7"},
           {post::YoloHead::v8, "v8", "[1,4+C,N]: v8 to v11"},
           {post::YoloHead::end_to_end, "end_to_end", "[1,N,6], with the suppression built in"}}),
      "Layout of the output. Both end in a sigmoid already, which is not applied again.");
  labels_key(o);
  min_score_key<post::YoloOptions>(o);
  o.key(
      "nms", [](Post & p) -> auto& { return of<post::YoloOptions>(p).nms; }, object(nms_post()),
      "Which of several boxes on the same thing stay.");
  return o;
}

Object<Post> ssd_post() {
  auto o = kind<Post>("ssd", "boxes, scores and classes in outputs of their own",
                      {post::SsdOptions{}, {}});
  const auto output = [&](const char* key, auto member, const char* doc, Need need) {
    o.key(key, member, text(), doc, need);
  };
  output(
      "boxes", [](Post & p) -> auto& { return of<post::SsdOptions>(p).boxes; },
      "The output with boxes.", Need::required);
  output(
      "scores", [](Post & p) -> auto& { return of<post::SsdOptions>(p).scores; },
      "The output with scores: one per box, or (without `classes`) one per box and class.",
      Need::required);
  output(
      "classes", [](Post & p) -> auto& { return of<post::SsdOptions>(p).classes; },
      "The output with class numbers; none: the model has none.", Need::optional);
  output(
      "count", [](Post & p) -> auto& { return of<post::SsdOptions>(p).count; },
      "The output that says how many boxes count; none: all.", Need::optional);
  o.key(
      "order", [](Post & p) -> auto& { return of<post::SsdOptions>(p).order; },
      choice<post::BoxOrder>(
          {{post::BoxOrder::xyxy, "xyxy", "left, top, right, bottom (PyTorch)"},
           {post::BoxOrder::yxyx, "yxyx", "top, left, bottom, right (TensorFlow)"}}),
      "Order of a box's numbers.");
  o.key(
      "unit", [](Post & p) -> auto& { return of<post::SsdOptions>(p).unit; },
      choice<post::BoxUnit>({{post::BoxUnit::normalised, "normalised", "0 to 1"},
                             {post::BoxUnit::pixels, "pixels", "of the model's input"}}),
      "Unit of a box's numbers.");
  o.key(
      "class_offset", [](Post & p) -> auto& { return of<post::SsdOptions>(p).class_offset; },
      integer<int>({.minimum = -1000, .maximum = 1000}),
      "The model's number of the first label: 1 where 0 is the background.");
  labels_key(o);
  min_score_key<post::SsdOptions>(o);
  o.key(
      "nms", [](Post & p) -> auto& { return of<post::SsdOptions>(p).nms; },
      maybe(object(nms_post())),
      "Which of several boxes on the same thing stay; none: the model has seen to it.");
  return o;
}

Object<Post> ctc_post() {
  auto o = kind<Post>("ctc", "a line of text", {post::CtcOptions{}, {}});
  output_key<post::CtcOptions>(o);
  o.key(
      "keys", [](Post & p) -> auto& { return p.labels; }, path(),
      "File of what each class writes, one a line.", Need::required);
  o.key(
      "space", [](Post & p) -> auto& { return of<post::CtcOptions>(p).space; }, boolean(),
      "Whether the space is one more key behind those of the file.");
  o.key(
      "blank", [](Post & p) -> auto& { return of<post::CtcOptions>(p).blank; },
      integer<int>({.minimum = -1, .maximum = 1'000'000}),
      "The class that writes nothing; -1: the last.");
  scores_key<post::CtcOptions>(o);
  o.key(
      "fold_width", [](Post & p) -> auto& { return of<post::CtcOptions>(p).fold_width; }, boolean(),
      "Whether full-width forms (／, ２) are written as ASCII (/, 2), for patterns and dates.");
  return o;
}

Object<Post> text_regions_post() {
  using O = post::TextRegionsOptions;
  auto o = kind<Post>("text_regions", "where text is (a DB head)", {O{}, {}});
  output_key<O>(o);
  o.key(
      "threshold", [](Post & p) -> auto& { return of<O>(p).threshold; }, real(between(0, 1)),
      "Probability from which a pixel is text.");
  o.key(
      "box_threshold", [](Post & p) -> auto& { return of<O>(p).box_threshold; },
      real(between(0, 1)), "Mean probability from which a region counts.");
  o.key(
      "unclip", [](Post & p) -> auto& { return of<O>(p).unclip; }, number(between(0, 10)),
      "How far regions, which the model draws too small, are grown.");
  o.key(
      "min_size", [](Post & p) -> auto& { return of<O>(p).min_size; },
      integer<int>({.minimum = 1, .maximum = 16384}),
      "Shortest side of a region, in pixels of the model's output.");
  o.key(
      "max_regions", [](Post & p) -> auto& { return of<O>(p).max_regions; },
      integer<int>({.minimum = 1, .maximum = 10'000}), "Most regions that are told.");
  return o;
}

}  // namespace

Type<PostProcessConfig> postprocess_type() {
  static const auto type = kinds<Post>({values_post(), classification_post(), yolo_post(),
                                        ssd_post(), ctc_post(), text_regions_post()},
                                       "values");
  return type;
}

}  // namespace sluice::config
