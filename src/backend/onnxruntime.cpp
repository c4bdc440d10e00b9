// The ONNX Runtime backend: batches of requests through a session.
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <tuple>
#include <utility>

#include <onnxruntime_cxx_api.h>

#include "backend/backend.hpp"
#include "backend/input_check.hpp"
#include "backend/ort_environment.hpp"
#include "backend/ort_providers.hpp"
#include "backend/ort_session.hpp"
#include "backend/ort_tensor.hpp"
#include "tensor/concatenate.hpp"

namespace sluice::backend {

using base::ErrorCode;
using base::fail;
using tensor::Tensor;

namespace {

/// What an output tensor keeps alive: its value, and the session whose allocator that came from.
struct OwnedValue {
  std::shared_ptr<const OrtSession> session;
  Ort::Value value;
};

bool overlap(std::span<const std::byte> a, std::span<const std::byte> b) {
  const std::less<> before;
  return !a.empty() && !b.empty() && before(a.data(), b.data() + b.size()) &&
         before(b.data(), a.data() + a.size());
}

class OrtInstance final : public Instance {
 public:
  OrtInstance(std::shared_ptr<OrtSession> loaded, std::uint32_t max_batch)
      : loaded_(std::move(loaded)), max_batch_(max_batch) {}

  [[nodiscard]] const ModelInfo& info() const override { return loaded_->info; }

  [[nodiscard]] base::Status check(const Tensors& inputs) const override {
    std::vector<const Tensor*> ordered;
    return check_into(inputs, ordered).map_error([this](base::Error error) {
      return with_name(std::move(error));
    });
  }

  base::Result<std::vector<Tensors>> run(std::span<const Tensors> batch,
                                         CancelToken& cancel) override {
    auto result = run_guarded(batch, cancel);
    feeds_.clear();
    joined_.clear();
    if (!result) return tl::unexpected(with_name(std::move(result.error())));
    return result;
  }

  [[nodiscard]] bool only_computes() const override { return is_cpu_provider(info().provider); }

 private:
  [[nodiscard]] base::Error with_name(base::Error error) const {
    return base::with_context(fmt::format("model '{}'", info().name), std::move(error));
  }

  /// A request must fit the model, and if others may join it, have one number of rows.
  base::Status check_into(const Tensors& inputs, std::vector<const Tensor*>& ordered) const {
    if (auto fits = order_inputs(info().inputs, inputs, ordered); !fits) return fits;
    if (max_batch_ == 1) return {};
    const auto rows = request_rows(ordered);
    return rows ? base::Status{} : tl::unexpected(rows.error());
  }

  base::Result<std::vector<Tensors>> run_guarded(std::span<const Tensors> batch,
                                                 CancelToken& cancel) {
    try {
      return run_checked(batch, cancel);
    } catch (const Ort::Exception& exception) {
      if (cancel.cancelled()) return fail(ErrorCode::unavailable, "the batch was cancelled");
      return tl::unexpected(base::with_context(fmt::format("a batch of {} failed", batch.size()),
                                               ort_error(exception)));
    } catch (const std::exception& exception) {
      return fail(ErrorCode::internal, "a batch of {} failed: {}", batch.size(), exception.what());
    }
  }

  base::Result<std::vector<Tensors>> run_checked(std::span<const Tensors> batch,
                                                 CancelToken& cancel) {
    if (batch.empty() || batch.size() > max_batch_) {
      return fail(ErrorCode::invalid, "a batch of {} requests; it takes 1 to {}", batch.size(),
                  max_batch_);
    }
    if (cancel.cancelled()) return fail(ErrorCode::unavailable, "the batch was cancelled");
    if (auto ready = batch.size() == 1 ? check_into(batch.front(), feeds_) : join(batch); !ready) {
      return tl::unexpected(std::move(ready.error()));
    }
    std::vector<Ort::Value> outputs = infer(cancel);
    return collect(outputs, batch.size());
  }

  /// Fills feeds_ with the joined inputs of a batch of several, and rows_.
  base::Status join(std::span<const Tensors> batch) {
    const std::size_t inputs = info().inputs.size();
    parts_.assign(inputs, {});
    rows_.clear();
    for (std::size_t r = 0; r < batch.size(); ++r) {
      if (auto fits = check_into(batch[r], feeds_); !fits) {
        return tl::unexpected(base::with_context(
            fmt::format("request {} of {}", r + 1, batch.size()), std::move(fits.error())));
      }
      rows_.push_back(feeds_.front()->shape()[0]);
      for (std::size_t i = 0; i < inputs; ++i) parts_[i].push_back(feeds_[i]);
    }
    feeds_.clear();
    for (const auto& parts : parts_) {
      auto joined = tensor::concatenate(parts);
      if (!joined) return tl::unexpected(std::move(joined.error()));
      joined_.push_back(std::move(*joined));
    }
    for (const Tensor& joined : joined_) feeds_.push_back(&joined);
    return {};
  }

  std::vector<Ort::Value> infer(CancelToken& cancel) {
    std::vector<Ort::Value> values;
    values.reserve(feeds_.size());
    for (const Tensor* feed : feeds_) values.push_back(to_value(*feed));
    std::vector<Ort::Value> outputs;
    outputs.reserve(loaded_->output_names.size());
    for (std::size_t i = 0; i < loaded_->output_names.size(); ++i) outputs.emplace_back(nullptr);

    Ort::RunOptions run_options;
    const std::stop_callback on_cancel(cancel.token(), [&run_options] {
      // The C call, because it returns its failure: this runs on the canceller's thread.
      Ort::Status ignored(Ort::GetApi().RunOptionsSetTerminate(run_options));
    });
    loaded_->session.Run(run_options, loaded_->input_names.data(), values.data(), values.size(),
                         loaded_->output_names.data(), outputs.data(), outputs.size());
    return outputs;
  }

  base::Result<std::vector<Tensors>> collect(std::vector<Ort::Value>& outputs,
                                             std::size_t requests) const {
    std::vector<Tensors> results(requests);
    for (Tensors& result : results) result.reserve(outputs.size());
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      auto output = take(info().outputs[i].name, std::move(outputs[i]));
      if (!output) return tl::unexpected(std::move(output.error()));
      if (requests == 1) {
        results.front().push_back(std::move(*output));
      } else if (auto split = distribute(*output, results); !split) {
        return tl::unexpected(std::move(split.error()));
      }
    }
    return results;
  }

  base::Result<Tensor> take(const std::string& name, Ort::Value value) const {
    auto owned = std::make_shared<OwnedValue>(OwnedValue{loaded_, std::move(value)});
    auto output = to_tensor(name, owned->value, owned);
    if (!output) return output;
    // A model that hands an input through returns our memory, which the value does not keep alive.
    for (const Tensor* feed : feeds_) {
      if (!overlap(output->data(), feed->data())) continue;
      return Tensor::borrow(name, output->dtype(), output->shape(), output->data(),
                            std::make_shared<const Tensor>(*feed));
    }
    return output;
  }

  /// Gives every request its rows of a batch's output, without copying.
  base::Status distribute(const Tensor& output, std::vector<Tensors>& results) const {
    std::int64_t total = 0;
    for (const std::int64_t rows : rows_) total += rows;
    if (output.shape().empty() || output.shape().front() != total) {
      return fail(
          ErrorCode::internal,
          "output '{}' is {} for a batch of {} rows; the model does not keep requests apart "
          "along the first axis: set max_batch: 1",
          output.name(), tensor::to_string(output.shape()), total);
    }
    std::int64_t first = 0;
    for (std::size_t r = 0; r < results.size(); ++r) {
      auto rows = output.rows(first, rows_[r]);
      if (!rows) return tl::unexpected(std::move(rows.error()));
      results[r].push_back(std::move(*rows));
      first += rows_[r];
    }
    return {};
  }

  std::shared_ptr<OrtSession> loaded_;
  std::uint32_t max_batch_;
  // Of the batch that runs; kept to reuse their memory.
  std::vector<const Tensor*> feeds_;               ///< what the session gets, in its order
  std::vector<std::vector<const Tensor*>> parts_;  ///< per input, per request
  std::vector<Tensor> joined_;                     ///< per input
  std::vector<std::int64_t> rows_;                 ///< per request
};

class OrtBackend final : public Backend {
 public:
  base::Result<std::unique_ptr<Instance>> load(const ModelOptions& options) override {
    try {
      auto loaded = session(options);
      if (!loaded) {
        return tl::unexpected(
            base::with_context(fmt::format("model '{}'", options.name), std::move(loaded.error())));
      }
      return std::make_unique<OrtInstance>(std::move(*loaded), options.max_batch);
    } catch (const Ort::Exception& exception) {
      return tl::unexpected(base::with_context(
          fmt::format("model '{}': cannot load '{}'", options.name, options.path),
          ort_error(exception)));
    } catch (const std::exception& exception) {
      return fail(ErrorCode::internal, "model '{}': cannot load '{}': {}", options.name,
                  options.path, exception.what());
    }
  }

 private:
  /// Everything that a session depends on.
  using Key = std::tuple<std::string, std::string, std::vector<std::string>,
                         std::map<std::string, std::map<std::string, std::string>>, std::uint32_t,
                         std::uint32_t>;

  base::Result<std::shared_ptr<OrtSession>> session(const ModelOptions& options) {
    Key key(options.name, options.path, options.providers, options.provider_options,
            options.threads, options.max_batch);
    if (auto shared = shared_.lock(); shared != nullptr && key == key_) return shared;
    auto opened = open_session(options);
    if (opened && (*opened)->shareable) {
      shared_ = *opened;
      key_ = std::move(key);
    }
    return opened;
  }

  std::weak_ptr<OrtSession> shared_;
  Key key_;
};

}  // namespace

std::unique_ptr<Backend> make_onnxruntime_backend() {
  return std::make_unique<OrtBackend>();
}

}  // namespace sluice::backend
