#include "backend/ort_session.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "backend/model_file.hpp"
#include "backend/ort_environment.hpp"
#include "backend/ort_providers.hpp"
#include "backend/ort_tensor.hpp"
#include "base/text.hpp"

namespace sluice::backend {

using base::ErrorCode;
using base::fail;

namespace {

using Described = std::vector<TensorInfo>;
using NodeCount = std::pair<std::string, std::size_t>;

// Far above any machine, far below what the runtime's int holds.
constexpr std::uint32_t kMostThreads = 1024;

/// The reasons that were given for each provider, once each.
class Refusals {
 public:
  void add(const std::string& provider, const std::string& reason) {
    std::string line = fmt::format("{}: {}", provider, reason);
    if (std::ranges::find(lines_, line) == lines_.end()) lines_.push_back(std::move(line));
  }
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

Ort::SessionOptions session_options(const ModelOptions& options) {
  Ort::SessionOptions session_options;
  session_options.SetLogId(options.name.c_str());
  session_options.SetIntraOpNumThreads(static_cast<int>(options.threads));
  session_options.SetInterOpNumThreads(1);
  session_options.SetExecutionMode(ORT_SEQUENTIAL);
  session_options.AddConfigEntry("session.intra_op.allow_spinning", options.spin ? "1" : "0");
  session_options.AddConfigEntry("session.inter_op.allow_spinning", "0");
#if ORT_API_VERSION >= 24
  session_options.AddConfigEntry("session.record_ep_graph_assignment_info", "1");
#endif
  return session_options;
}

/// A failure that no other provider would mend.
bool is_models_fault(const Ort::Exception& exception) {
  switch (exception.GetOrtErrorCode()) {
    case ORT_NO_SUCHFILE:
    case ORT_NO_MODEL:
    case ORT_INVALID_PROTOBUF:
    case ORT_INVALID_GRAPH:
      return true;
    default:
      return false;
  }
}

base::Error load_error(const ModelOptions& options, const Ort::Exception& exception) {
  const bool broken = is_models_fault(exception);
  return {broken ? ErrorCode::invalid : ErrorCode::internal,
          fmt::format("cannot load '{}': {}{}", options.path, ort_error(exception).message,
                      broken ? "; the file is corrupt, cut off or not an ONNX model: fetch or "
                               "export it again"
                             : "")};
}

base::Result<Described> describe_all(const Ort::Session& session, bool inputs) {
  Ort::AllocatorWithDefaultOptions allocator;
  Described described;
  const std::size_t count = inputs ? session.GetInputCount() : session.GetOutputCount();
  for (std::size_t i = 0; i < count; ++i) {
    const auto name = inputs ? session.GetInputNameAllocated(i, allocator)
                             : session.GetOutputNameAllocated(i, allocator);
    const auto type = inputs ? session.GetInputTypeInfo(i) : session.GetOutputTypeInfo(i);
    auto info = describe(name.get(), type);
    if (!info) {
      return tl::unexpected(
          base::with_context(inputs ? "input" : "output", std::move(info.error())));
    }
    described.push_back(std::move(*info));
  }
  return described;
}

base::Status describe_session(OrtSession& loaded) {
  auto inputs = describe_all(loaded.session, true);
  if (!inputs) return tl::unexpected(std::move(inputs.error()));
  auto outputs = describe_all(loaded.session, false);
  if (!outputs) return tl::unexpected(std::move(outputs.error()));
  loaded.info.inputs = std::move(*inputs);
  loaded.info.outputs = std::move(*outputs);
  return {};
}

std::vector<NodeCount> count_nodes(const Ort::Session& session) {
  std::vector<NodeCount> counts;
#if ORT_API_VERSION >= 24
  for (const auto& subgraph : session.GetEpGraphAssignmentInfo()) {
    const std::string name = short_provider_name(subgraph.GetEpName());
    auto found = std::ranges::find(counts, name, &NodeCount::first);
    if (found == counts.end()) found = counts.insert(counts.end(), {name, 0});
    found->second += subgraph.GetNodes().size();
  }
#else
  static_cast<void>(session);
#endif
  return counts;
}

/// The session on the provider at `first`, with those listed after it for what it cannot run.
/// nullptr: that provider was refused, and the reason noted.
base::Result<std::shared_ptr<OrtSession>> open_on(Ort::Env& environment,
                                                  const ModelOptions& options, std::size_t first,
                                                  Refusals& refusals) {
  const std::string& provider = options.providers[first];
  const bool on_cpu = is_cpu_provider(provider);
  Ort::SessionOptions session_options = backend::session_options(options);
  for (std::size_t i = first; i < options.providers.size(); ++i) {
    const std::string& name = options.providers[i];
    if (is_cpu_provider(name)) break;  // always there, and runs whatever the others left
    const auto settings = options.provider_options.find(name);
    const auto appended = append_provider(session_options, name,
                                          settings == options.provider_options.end()
                                              ? std::map<std::string, std::string>{}
                                              : settings->second);
    if (appended) continue;
    refusals.add(name, appended.error().message);
    if (i == first) return nullptr;
  }

  auto loaded = std::make_shared<OrtSession>();
  try {
    loaded->session = Ort::Session(environment, options.path.c_str(), session_options);
  } catch (const Ort::Exception& exception) {
    if (on_cpu || is_models_fault(exception)) {
      return tl::unexpected(load_error(options, exception));
    }
    refusals.add(provider, fmt::format("it did not start: {}", ort_error(exception).message));
    return nullptr;
  }

  if (auto described = describe_session(*loaded); !described) {
    return tl::unexpected(std::move(described.error()));
  }
  loaded->info.provider_nodes = count_nodes(loaded->session);
  const auto& nodes = loaded->info.provider_nodes;
  const auto own = std::ranges::find(nodes, short_provider_name(provider), &NodeCount::first);
  if (!on_cpu && !nodes.empty() && own == nodes.end()) {
    refusals.add(provider, "it can run none of the model's operators");
    return nullptr;
  }
  loaded->info.provider = provider;
  return loaded;
}

/// Batches of several requests need a first axis of any size, in and out.
base::Status check_batching(const ModelOptions& options, const ModelInfo& info) {
  if (options.max_batch == 0) return fail(ErrorCode::invalid, "max_batch is 0; give 1 or more");
  if (options.max_batch == 1) return {};
  const auto fixed = [](const TensorInfo& tensor) {
    return !tensor.any_rank && (tensor.shape.empty() || tensor.shape[0] != -1);
  };
  for (const auto* tensors : {&info.inputs, &info.outputs}) {
    const auto found = std::ranges::find_if(*tensors, fixed);
    if (found == tensors->end()) continue;
    return fail(ErrorCode::invalid,
                "max_batch is {}, but {} '{}' {} has no dynamic first axis; set max_batch: 1, or "
                "export the model with a dynamic batch axis",
                options.max_batch, tensors == &info.inputs ? "input" : "output", found->name,
                tensor::to_string(found->shape));
  }
  if (info.inputs.empty()) {
    return fail(ErrorCode::invalid,
                "max_batch is {}, but the model has no inputs; set max_batch: 1",
                options.max_batch);
  }
  return {};
}

base::Error none_left(const ModelOptions& options, const Refusals& refusals) {
  const bool cpu_listed = std::ranges::any_of(options.providers, is_cpu_provider);
  return {ErrorCode::unsupported,
          fmt::format("none of the providers {} can run it here: {}{}",
                      base::join(options.providers), base::join(refusals.lines(), " | "),
                      cpu_listed ? "" : "; list cpu last to fall back to it")};
}

void finish(OrtSession& loaded, const ModelOptions& options, const Refusals& refusals) {
  ModelInfo& info = loaded.info;
  info.name = options.name;
  info.backend = "onnxruntime";
  info.refused_providers = refusals.lines();
  for (const TensorInfo& input : info.inputs) loaded.input_names.push_back(input.name.c_str());
  for (const TensorInfo& output : info.outputs) loaded.output_names.push_back(output.name.c_str());
  loaded.shareable = is_cpu_provider(info.provider) && options.threads == 1;
}

}  // namespace

base::Result<std::shared_ptr<OrtSession>> open_session(const ModelOptions& options) {
  if (auto file = check_model_file(options.path); !file) return tl::unexpected(file.error());
  if (options.threads == 0 || options.threads > kMostThreads) {
    return fail(ErrorCode::invalid, "threads is {}; give 1 to {}", options.threads, kMostThreads);
  }
  const auto environment = ort_environment();
  if (!environment) return tl::unexpected(environment.error());
  if (auto names = check_providers(options); !names) return tl::unexpected(names.error());

  Refusals refusals;
  for (std::size_t i = 0; i < options.providers.size(); ++i) {
    auto loaded = open_on(**environment, options, i, refusals);
    if (!loaded) return loaded;
    if (*loaded == nullptr) continue;
    if (auto fits = check_batching(options, (*loaded)->info); !fits) {
      return tl::unexpected(std::move(fits.error()));
    }
    finish(**loaded, options, refusals);
    return loaded;
  }
  return tl::unexpected(none_left(options, refusals));
}

}  // namespace sluice::backend
