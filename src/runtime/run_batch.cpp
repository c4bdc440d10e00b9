#include "runtime/run_batch.hpp"

#include <exception>

namespace sluice::runtime {
namespace {

using base::ErrorCode;

bool fits(const tensor::Shape& declared, const tensor::Shape& given) {
  if (declared.size() != given.size()) {
    return false;
  }
  for (std::size_t i = 1; i < declared.size(); ++i) {
    if (declared[i] >= 0 && declared[i] != given[i]) {
      return false;
    }
  }
  return true;
}

base::Status check_outputs(const backend::ModelInfo& info, const backend::Tensors& outputs) {
  if (outputs.size() != info.outputs.size()) {
    return base::fail(ErrorCode::internal,
                      "model '{}' returned {} outputs for a request but declares {}: "
                      "check that the loaded model file is the intended one",
                      info.name, outputs.size(), info.outputs.size());
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const backend::TensorInfo& declared = info.outputs[i];
    const tensor::Tensor& given = outputs[i];
    if (declared.dtype != given.dtype() || !fits(declared.shape, given.shape())) {
      return base::fail(ErrorCode::internal,
                        "model '{}' returned output '{}' as {} {} but declares {} {}: "
                        "check that the loaded model file is the intended one",
                        info.name, declared.name, tensor::to_string(given.dtype()),
                        tensor::to_string(given.shape()), tensor::to_string(declared.dtype),
                        tensor::to_string(declared.shape));
    }
  }
  return {};
}

base::Result<std::vector<backend::Tensors>> run_unchecked(backend::Instance& instance,
                                                          std::span<const backend::Tensors> batch,
                                                          backend::CancelToken& cancel) {
  try {
    return instance.run(batch, cancel);
  } catch (const std::exception& e) {
    return base::fail(ErrorCode::internal, "model '{}' threw an exception: {}",
                      instance.info().name, e.what());
  } catch (...) {
    return base::fail(ErrorCode::internal, "model '{}' threw an exception of unknown type",
                      instance.info().name);
  }
}

}  // namespace

base::Result<std::vector<backend::Tensors>> run_batch(backend::Instance& instance,
                                                      std::span<const backend::Tensors> batch,
                                                      backend::CancelToken& cancel) {
  auto results = run_unchecked(instance, batch, cancel);
  if (!results) {
    return results;
  }
  if (results->size() != batch.size()) {
    return base::fail(ErrorCode::internal, "model '{}' returned {} results for a batch of {}",
                      instance.info().name, results->size(), batch.size());
  }
  for (const backend::Tensors& outputs : *results) {
    if (base::Status status = check_outputs(instance.info(), outputs); !status) {
      return tl::unexpected(std::move(status.error()));
    }
  }
  return results;
}

}  // namespace sluice::runtime
