// What the ONNX Runtime backend adds to the runtime itself: time of Session::Run on prepared values
// against Instance::run on requests, turn by turn on one thread.
// Usage: backend_bench [MODEL.onnx INPUT D0,D1,...]
//        default: the fixtures, and the demo's networks where they are.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <onnxruntime_cxx_api.h>
#include <time.h>

#include "backend/backend.hpp"
#include "backend/ort_environment.hpp"
#include "backend/ort_tensor.hpp"
#include "base/time.hpp"
#include "model/example.hpp"
#include "tensor/concatenate.hpp"

namespace sluice::backend {
namespace {

template <class T>
T must(base::Result<T> result) {
  if (!result) {
    fmt::print(stderr, "backend_bench: {}\n", result.error().message);
    std::exit(1);
  }
  return std::move(*result);
}

/// CPU time of this thread in microseconds: what the machine does besides counts less.
double now_us() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// The runtime alone: one session, inputs that are already one batch.
class Bare {
 public:
  Bare(Ort::Env& environment, const ModelOptions& options, const ModelInfo& info, Tensors inputs)
      : inputs_(std::move(inputs)), info_(info) {
    Ort::SessionOptions session_options;
    session_options.SetIntraOpNumThreads(static_cast<int>(options.threads));
    session_ = Ort::Session(environment, options.path.c_str(), session_options);
    for (const auto& input : info_.inputs) input_names_.push_back(input.name.c_str());
    for (const auto& output : info_.outputs) output_names_.push_back(output.name.c_str());
    for (const auto& input : inputs_) values_.push_back(to_value(input));
  }

  void run() {
    const auto outputs = session_.Run(Ort::RunOptions{nullptr}, input_names_.data(), values_.data(),
                                      values_.size(), output_names_.data(), output_names_.size());
    if (outputs.empty()) std::abort();
  }

 private:
  Tensors inputs_;
  ModelInfo info_;
  Ort::Session session_{nullptr};
  std::vector<const char*> input_names_;
  std::vector<const char*> output_names_;
  std::vector<Ort::Value> values_;
};

Tensors joined(const Tensors& request, std::uint32_t batch) {
  Tensors inputs;
  for (const auto& input : request) {
    const std::vector<const tensor::Tensor*> parts(batch, &input);
    inputs.push_back(batch == 1 ? input : must(tensor::concatenate(parts)));
  }
  return inputs;
}

struct Medians {
  double bare = 0;
  double instance = 0;
};

/// Both loaded afresh, turn by turn. Which one is loaded first decides where in memory its weights
/// lie, and that alone can make two equal sessions differ by 2 %.
Medians measure(Ort::Env& environment, const ModelOptions& options, const ModelInfo& info,
                const Tensors& request, bool bare_first) {
  std::unique_ptr<Bare> bare;
  std::unique_ptr<Instance> instance;
  for (const bool load_bare : {bare_first, !bare_first}) {
    if (load_bare) {
      bare = std::make_unique<Bare>(environment, options, info, joined(request, options.max_batch));
    } else {
      instance = must(make_onnxruntime_backend()->load(options));
    }
  }
  const std::vector<Tensors> batch(options.max_batch, request);
  CancelToken cancel;
  constexpr double kSpendUs = 5e5;
  std::vector<double> bare_us;
  std::vector<double> instance_us;
  const double start = now_us();
  for (bool warm = false; now_us() - start < kSpendUs || bare_us.size() < 3; warm = true) {
    const double before = now_us();
    bare->run();
    const double between = now_us();
    must(instance->run(batch, cancel));
    const double after = now_us();
    if (!warm) continue;
    bare_us.push_back(between - before);
    instance_us.push_back(after - between);
  }
  return {median(std::move(bare_us)), median(std::move(instance_us))};
}

void compare(const ModelOptions& options) {
  Ort::Env& environment = *must(ort_environment());
  const ModelInfo info = must(make_onnxruntime_backend()->load(options))->info();
  const Tensors request = must(model::example_inputs(info, options));
  constexpr int kRounds = 8;
  Medians sum;
  for (int round = 0; round < kRounds; ++round) {
    const Medians medians = measure(environment, options, info, request, round % 2 == 0);
    sum.bare += medians.bare / kRounds;
    sum.instance += medians.instance / kRounds;
  }
  fmt::print(
      "{:<18} batch {}: bare {:9.2f} us, instance {:9.2f} us, adds {:6.2f} us, ratio "
      "{:6.2f} %\n",
      options.name, options.max_batch, sum.bare, sum.instance, sum.instance - sum.bare,
      100 * sum.bare / sum.instance);
}

ModelOptions model_at(const std::string& folder, const std::string& name) {
  ModelOptions options;
  options.name = name;
  options.path = std::string(SLUICE_SOURCE_DIR) + "/" + folder + "/" + name + ".onnx";
  return options;
}

void compare_batches(ModelOptions options) {
  if (!std::filesystem::exists(options.path)) {
    fmt::print("{:<18} not there: run tools/fetch-demo\n", options.name);
    return;
  }
  for (const std::uint32_t batch : {1U, 4U}) {
    options.max_batch = batch;
    compare(options);
  }
}

void run_defaults() {
  compare_batches(model_at("tests/fixtures/models", "two_by_two"));
  compare_batches(model_at("tests/fixtures/models", "conv_gemm"));
  auto angle = model_at("demo/models", "text-angle");
  angle.example_shapes["x"] = {1, 3, 48, 192};
  compare_batches(angle);
  auto detection = model_at("demo/models", "text-detection");
  detection.example_shapes["x"] = {1, 3, 320, 320};
  compare_batches(detection);
}

ModelOptions from_arguments(char** arguments) {
  ModelOptions options;
  options.path = arguments[0];
  options.name = std::filesystem::path(options.path).stem();
  std::istringstream sizes(arguments[2]);
  for (std::string size; std::getline(sizes, size, ',');) {
    options.example_shapes[arguments[1]].push_back(std::atoll(size.c_str()));
  }
  return options;
}

}  // namespace
}  // namespace sluice::backend

int main(int argc, char** argv) {
  if (argc == 4) {
    sluice::backend::compare(sluice::backend::from_arguments(argv + 1));
  } else {
    sluice::backend::run_defaults();
  }
  return 0;
}
