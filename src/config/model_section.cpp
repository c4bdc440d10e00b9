#include <algorithm>

#include "config/sections.hpp"

namespace sluice::config {
namespace {

using backend::SyntheticOptions;
using simulate::ServiceKind;
using simulate::ServiceOptions;

constexpr auto kInt64Max = std::numeric_limits<std::int64_t>::max();

/// `8ms`: the time of one request; a batch of n takes n times that.
template <class T, class Member>
Type<T> per_item_only(Member member) {
  auto one = duration();
  return {one.description,
          [one, member](const Node& node, T& value, Reader& reader) {
            one.read(node, std::invoke(member, value), reader);
          },
          [](const T&) -> boost::json::value { return nullptr; }};
}

Object<ServiceOptions> service() {
  using O = ServiceOptions;
  Object<O> o("service", "How long a synthetic batch takes.");
  o.key(
      "distribution", [](O & s) -> auto& { return s.kind; },
      choice<ServiceKind>({
          {ServiceKind::constant, "constant", "always the mean"},
          {ServiceKind::lognormal, "lognormal", "around the mean, with the variation `cv`"},
          {ServiceKind::empirical, "empirical", "drawn from `samples`"},
      }),
      "How the time varies.");
  o.key(
      "base", [](O & s) -> auto& { return s.base; }, duration(),
      "Time of a batch, whatever its size.");
  o.key(
      "per_item", [](O & s) -> auto& { return s.per_item; }, duration(),
      "Time that each request of the batch adds.");
  o.key(
      "cv", [](O & s) -> auto& { return s.cv; }, number(between(0, 10)),
      "`lognormal`: standard deviation divided by the mean.");
  o.key(
      "samples", [](O & s) -> auto& { return s.samples; }, list(duration()),
      "`empirical`: measured times of single requests.");
  o.key(
      "drift", [](O & s) -> auto& { return s.drift_per_second; }, fraction(at_least(-1)),
      "How much slower it becomes per second.");
  o.rule([](const Node& node, O& s, Reader& reader) {
    if (s.kind == ServiceKind::empirical && s.samples.empty()) {
      reader.problem(node, "`distribution: empirical` needs `samples`: a list of times");
    }
    if (s.kind != ServiceKind::empirical && s.base.count() == 0 && s.per_item.count() == 0) {
      reader.problem(node, "needs `base` or `per_item`: the time it takes");
    }
    if (const Node* cv = node.find("cv"); cv != nullptr && s.kind != ServiceKind::lognormal) {
      reader.problem(*cv, "`cv` has no effect without `distribution: lognormal`; add it");
    }
    if (const Node* samples = node.find("samples");
        samples != nullptr && s.kind != ServiceKind::empirical) {
      reader.problem(*samples, "`samples` has no effect without `distribution: empirical`; add it");
    }
  });
  return o;
}

Object<SyntheticOptions> synthetic() {
  using O = SyntheticOptions;
  Object<O> o("synthetic", "A model that takes time instead of computing: for tests and planning.");
  o.key(
      "mode", [](O & s) -> auto& { return s.mode; },
      choice<O::Mode>({{O::Mode::sleep, "sleep", "waits, without using the processor"},
                       {O::Mode::spin, "spin", "keeps a core busy"}}),
      "How it takes its time.");
  o.key(
      "service", [](O & s) -> auto& { return s.service; },
      either(per_item_only<ServiceOptions>([](auto& s) -> auto& { return s.per_item; }),
             object(service())),
      "How long a batch takes; `8ms` means that for each request.", Need::required);
  o.key(
      "failure_rate", [](O & s) -> auto& { return s.failure_rate; }, fraction(between(0, 1)),
      "Batches that fail.");
  o.key(
      "hang_rate", [](O & s) -> auto& { return s.hang_rate; }, fraction(between(0, 1)),
      "Batches that never end.");
  o.key(
      "throw_rate", [](O & s) -> auto& { return s.throw_rate; }, fraction(between(0, 1)),
      "Batches that end with a C++ exception.");
  o.key(
      "wrong_shape_rate", [](O & s) -> auto& { return s.wrong_shape_rate; },
      fraction(between(0, 1)), "Batches whose outputs have the wrong shape.");
  o.key(
      "seed", [](O & s) -> auto& { return s.seed; }, integer<std::uint64_t>({.maximum = kInt64Max}),
      "Start of its random numbers.");
  o.rule([](const Node& node, O& s, Reader& reader) {
    if (s.failure_rate + s.hang_rate + s.throw_rate + s.wrong_shape_rate > 1) {
      reader.problem(node, "the rates of faults are more than 100% together");
    }
  });
  return o;
}

Object<Profile> profile() {
  Object<Profile> o("profile", "What a batch costs.");
  o.key(
      "base", [](Profile & p) -> auto& { return p.base; }, duration(),
      "Time of a batch, whatever its size.");
  o.key(
      "per_item", [](Profile & p) -> auto& { return p.per_item; }, duration(),
      "Time that each request of the batch adds.");
  return o;
}

void check_model(const Node& node, ModelConfig& m, Reader& reader) {
  const bool synthetic = node.find("synthetic") != nullptr;
  if (node.find("backend") == nullptr && synthetic) m.options.backend = "synthetic";
  const Node* path = node.find("path");
  if (m.options.backend == "synthetic") {
    if (!synthetic) {
      reader.problem(node, "`backend: synthetic` needs `synthetic`, for example { service: 8ms }");
    }
    if (path != nullptr) {
      reader.problem(*path, "a synthetic model has no file; remove `path` or `synthetic`");
    }
  } else {
    if (path == nullptr) {
      reader.problem(node,
                     "the key \"path\" is missing: the model's .onnx file (or give "
                     "`synthetic` for a model that only takes time)");
    }
    if (synthetic) {
      reader.problem(*node.find("synthetic"),
                     "`synthetic` has no effect with `backend: onnxruntime`; for the cost in "
                     "simulations use `profile`");
    }
  }
  const auto& providers = m.options.providers;
  for (const auto& [provider, options] : m.options.provider_options) {
    if (std::find(providers.begin(), providers.end(), provider) != providers.end()) continue;
    reader.problem(
        *node.find("provider_options"),
        fmt::format("options for \"{}\", which is not among `providers`; add it there", provider));
  }
}

Object<ModelConfig> make_model() {
  using O = ModelConfig;
  Object<O> o("model", "A network, or a stand-in for one.");
  o.key(
      "name", [](O & m) -> auto& { return m.options.name; }, name(), "Its name, unique.",
      Need::required);
  o.key(
      "path", [](O & m) -> auto& { return m.options.path; }, path(),
      "The .onnx file. For `sluice serve` also a folder: PATH/VERSION/model.onnx, or "
      "PATH/model.onnx.");
  o.key(
      "versions", [](O & m) -> auto& { return m.versions; },
      list(integer<std::uint64_t>({.minimum = 1})),
      "`sluice serve`, a folder of versions: those to serve; empty: all.");
  o.key(
      "labels", [](O & m) -> auto& { return m.labels; }, map_of(path()),
      "Files of class names, one a line, by output, for clients that ask for a classification: "
      "{ scores: labels.txt }.");
  o.key(
      "backend", [](O & m) -> auto& { return m.options.backend; },
      choice<std::string>({{"onnxruntime", "onnxruntime", "runs the file with ONNX Runtime"},
                           {"synthetic", "synthetic", "only takes time"}}),
      "What executes it; `synthetic` if the key `synthetic` is given.");
  o.key(
      "providers", [](O & m) -> auto& { return m.options.providers; }, list(name(), 1),
      "Execution providers in order of preference (tensorrt, cuda, openvino, cpu, ...); the "
      "first that this machine offers is taken.");
  o.key(
      "provider_options", [](O & m) -> auto& { return m.options.provider_options; },
      map_of(map_of(text())),
      "Options of each provider, passed on as they are, for example tensorrt: "
      "{ trt_fp16_enable: 1, trt_engine_cache_enable: 1, trt_engine_cache_path: cache }.");
  o.key(
      "threads", [](O & m) -> auto& { return m.options.threads; },
      integer<std::uint32_t>({.minimum = 1, .maximum = 1024}), "Processor threads per instance.");
  o.key(
      "spin", [](O & m) -> auto& { return m.options.spin; }, boolean(),
      "Whether idle threads spin: a little faster where cores are to spare, a waste elsewhere.");
  o.key(
      "instances", [](O & m) -> auto& { return m.options.instances; },
      integer<std::uint32_t>({.minimum = 1, .maximum = 64}),
      "Loaded copies: batches of it that may run at the same time.");
  o.key(
      "max_batch", [](O & m) -> auto& { return m.options.max_batch; },
      integer<std::uint32_t>({.minimum = 1, .maximum = 4096}),
      "Most requests in one batch. More than 1 needs a dynamic first axis.");
  o.key(
      "warmup", [](O & m) -> auto& { return m.options.warmup; },
      integer<std::uint32_t>({.minimum = 0, .maximum = 1000}),
      "Warm-up runs per batch size; they also measure what a batch costs.");
  o.key(
      "slots", [](O & m) -> auto& { return m.slots; },
      list(integer<schedule::SlotId>({.minimum = 0, .maximum = 63})),
      "The slots it may run on, counted from 0; empty: all.");
  o.key(
      "profile", [](O & m) -> auto& { return m.profile; },
      either(per_item_only<Profile>([](auto& p) -> auto& { return p.per_item; }),
             object(profile())),
      "What a batch costs, in simulations and until it has been measured; `25ms` means that "
      "for each request.");
  o.key(
      "example_shapes", [](O & m) -> auto& { return m.options.example_shapes; },
      map_of(list(integer<std::int64_t>({.minimum = 1, .maximum = 1 << 30}), 1)),
      "Sizes for dynamic dimensions in warm-up and synthetic frames, by input, for example "
      "x: [1, 3, 320, 320].");
  o.key(
      "preprocess", [](O & m) -> auto& { return m.preprocess; }, object(preprocess_object()),
      "How an image becomes its input.");
  o.key(
      "postprocess", [](O & m) -> auto& { return m.postprocess; }, postprocess_type(),
      "What its outputs mean, for stations.");
  o.key(
      "synthetic", [](O & m) -> auto& { return m.options.synthetic; }, object(synthetic()),
      "A model that only takes time.");
  o.rule(check_model);
  return o;
}

}  // namespace

const Object<ModelConfig>& model_object() {
  static const Object<ModelConfig> definition = make_model();
  return definition;
}

}  // namespace sluice::config
