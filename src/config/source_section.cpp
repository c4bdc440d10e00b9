#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"
#include "config/sections.hpp"

namespace sluice::config {
namespace {

using pipeline::SourceKind;
using simulate::ArrivalKind;

Type<SourceKind> source_kind() {
  return choice<SourceKind>({
      {SourceKind::synthetic, "synthetic", "zeros of the model's input shape; needs no files"},
      {SourceKind::image, "image", "one image file, again and again"},
      {SourceKind::images, "images", "the images of a folder, in order of their names, cycled"},
      {SourceKind::video, "video", "the frames of a video file"},
  });
}

Type<ArrivalKind> arrival_kind() {
  const auto word = [](ArrivalKind kind, std::string doc) {
    return Choice<ArrivalKind>{kind, simulate::to_string(kind), std::move(doc)};
  };
  return choice<ArrivalKind>({
      word(ArrivalKind::periodic, "every 1/`rate`, as a camera does"),
      word(ArrivalKind::poisson, "at random, independent of each other"),
      word(ArrivalKind::mmpp, "at random, in busy and quiet phases"),
      word(ArrivalKind::step, "at random; `rate` is multiplied by `factor` from `at` on"),
      word(ArrivalKind::spike, "the same, but only for `length`"),
      word(ArrivalKind::trace, "at the times that the file `trace` lists"),
  });
}

Object<SourceConfig> mmpp() {
  using O = SourceConfig;
  Object<O> o("mmpp", "Busy and quiet phases of exponentially distributed length.");
  o.key(
      "high", [](O & s) -> auto& { return s.options.arrivals.mmpp_high; }, number(above(0)),
      "What `rate` is multiplied by in busy phases.");
  o.key(
      "low", [](O & s) -> auto& { return s.options.arrivals.mmpp_low; }, number(at_least(0)),
      "What `rate` is multiplied by in quiet phases.");
  o.key(
      "sojourn", [](O & s) -> auto& { return s.options.arrivals.mmpp_sojourn; },
      duration(std::chrono::microseconds(1)), "Mean length of a phase.");
  return o;
}

/// Keys that mean something only for some kinds of arrivals.
struct Special {
  std::string_view key;
  std::array<ArrivalKind, 2> kinds;
};
constexpr std::array kSpecial{
    Special{"jitter", {ArrivalKind::periodic, ArrivalKind::periodic}},
    Special{"mmpp", {ArrivalKind::mmpp, ArrivalKind::mmpp}},
    Special{"factor", {ArrivalKind::step, ArrivalKind::spike}},
    Special{"at", {ArrivalKind::step, ArrivalKind::spike}},
    Special{"length", {ArrivalKind::spike, ArrivalKind::spike}},
    Special{"trace", {ArrivalKind::trace, ArrivalKind::trace}},
};

void check_source(const Node& node, SourceConfig& s, Reader& reader) {
  const auto kind = s.options.kind;
  const auto& arrivals = s.options.arrivals;
  const bool has_path = node.find("path") != nullptr;
  if (kind == SourceKind::synthetic && has_path) {
    reader.problem(*node.find("path"),
                   "a synthetic source reads no file; add `type: image`, `images` or `video`");
  }
  if (kind != SourceKind::synthetic && !has_path) {
    reader.problem(node, "this type of source needs `path`: the file or folder it reads");
  }
  for (const auto& special : kSpecial) {
    const Node* value = node.find(special.key);
    if (value == nullptr || std::count(special.kinds.begin(), special.kinds.end(), arrivals.kind)) {
      continue;
    }
    reader.problem(*value, fmt::format("`{}` has no effect with `arrivals: {}`; remove it, or use "
                                       "`arrivals: {}`",
                                       special.key, simulate::to_string(arrivals.kind),
                                       simulate::to_string(special.kinds[0])));
  }
  const bool needs_rate = arrivals.kind != ArrivalKind::trace && kind != SourceKind::video;
  if (needs_rate && node.find("rate") == nullptr) {
    reader.problem(node, "the key \"rate\" is missing: how many frames come, for example 15/s");
  }
  if (const Node* rate = node.find("rate");
      rate != nullptr && arrivals.kind == ArrivalKind::trace) {
    reader.problem(*rate, "`rate` has no effect with `arrivals: trace`; remove it");
  }
  if (arrivals.kind == ArrivalKind::trace && s.trace.empty()) {
    reader.problem(node, "`arrivals: trace` needs `trace`: a CSV file with a column time_s");
  }
  if (arrivals.stop <= arrivals.start) {
    reader.problem(node, "`stop` must be after `start`");
  }
  if (arrivals.kind == ArrivalKind::spike && arrivals.length.count() == 0) {
    reader.problem(node, "`arrivals: spike` needs `length`: how long it lasts, for example 5s");
  }
  const bool changes = arrivals.kind == ArrivalKind::step || arrivals.kind == ArrivalKind::spike;
  if (changes && node.find("factor") == nullptr) {
    reader.problem(node, fmt::format("`arrivals: {}` needs `factor`: what the rate is multiplied "
                                     "by, for example 12",
                                     simulate::to_string(arrivals.kind)));
  }
}

Object<SourceConfig> make_source() {
  using O = SourceConfig;
  Object<O> o("source", "Where the frames of a task come from, and when.");
  // A task without a source has kind `none`; one with a source starts as synthetic.
  o.rule([](const Node&, O& s, Reader&) { s.options.kind = SourceKind::synthetic; });
  o.key(
      "type", [](O & s) -> auto& { return s.options.kind; }, source_kind(),
      "What makes the frames.");
  o.key(
      "path", [](O & s) -> auto& { return s.options.path; }, path(),
      "The image file, image folder or video file.");
  o.key(
      "arrivals", [](O & s) -> auto& { return s.options.arrivals.kind; }, arrival_kind(),
      "When frames come.");
  o.key(
      "rate", [](O & s) -> auto& { return s.options.arrivals.rate; }, rate(above_up_to(0, 1e6)),
      "Mean frames per time. Needed, except for a trace, and for a video (its own rate).");
  o.key(
      "count", [](O & s) -> auto& { return s.options.arrivals.count; },
      integer<std::uint64_t>({.maximum = std::numeric_limits<std::int64_t>::max()}),
      "Frames after which it ends; 0: no limit.");
  o.key(
      "start", [](O & s) -> auto& { return s.options.arrivals.start; }, duration(),
      "When the first frame comes.");
  o.key(
      "stop", [](O & s) -> auto& { return s.options.arrivals.stop; }, duration_or_none(),
      "From then on nothing comes.");
  o.key(
      "jitter", [](O & s) -> auto& { return s.options.arrivals.jitter; }, duration(),
      "`periodic`: each frame is late by a random time below this.");
  o.key("mmpp", itself<O>(), object(mmpp()), "The phases of `mmpp`.");
  o.key(
      "factor", [](O & s) -> auto& { return s.options.arrivals.factor; }, number(at_least(0)),
      "`step`, `spike`: what `rate` is multiplied by.");
  o.key(
      "at", [](O & s) -> auto& { return s.options.arrivals.at; }, duration(),
      "`step`, `spike`: when it begins.");
  o.key(
      "length", [](O & s) -> auto& { return s.options.arrivals.length; }, duration(),
      "`spike`: how long it lasts.");
  o.key(
      "trace", [](O & s) -> auto& { return s.trace; }, path(),
      "`trace`: a CSV file with the column `time_s` (seconds since the start) and, if it holds "
      "several tasks, `task`.");
  o.key(
      "seed", [](O & s) -> auto& { return s.options.seed; },
      integer<std::uint64_t>({.maximum = std::numeric_limits<std::int64_t>::max()}),
      "Start of its random numbers. The task's position is added, so that tasks differ.");
  o.key(
      "cache", [](O & s) -> auto& { return s.options.cache_bytes; }, bytes(0),
      "`images`: images whose ready inputs fit into this are decoded before the run.");
  o.key(
      "read_ahead", [](O & s) -> auto& { return s.options.read_ahead; },
      integer<std::uint32_t>({.minimum = 0, .maximum = 1024}),
      "`images`, `video`: frames decoded ahead of their time.");
  o.rule(check_source);
  return o;
}

}  // namespace

const Object<SourceConfig>& source_object() {
  static const Object<SourceConfig> definition = make_source();
  return definition;
}

}  // namespace sluice::config
