#include "runtime/run_batch.hpp"

#include <algorithm>
#include <exception>
#include <utility>

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
    if (declared.dtype != given.dtype() ||
        (!declared.any_rank && !fits(declared.shape, given.shape()))) {
      return base::fail(ErrorCode::internal,
                        "model '{}' returned output '{}' as {} {} but declares {} {}: "
                        "check that the loaded model file is the intended one",
                        info.name, declared.name, tensor::to_string(given.dtype()),
                        tensor::to_string(given.shape()), tensor::to_string(declared.dtype),
                        declared.any_rank ? "of any shape" : tensor::to_string(declared.shape));
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

base::Result<std::vector<backend::Tensors>> run_alike(backend::Instance& instance,
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

/// Whether two tensors can be joined along the first axis.
bool join(const tensor::Tensor& a, const tensor::Tensor& b) {
  return a.name() == b.name() && a.shape().size() == b.shape().size() &&
         std::equal(a.shape().begin() + (a.shape().empty() ? 0 : 1), a.shape().end(),
                    b.shape().begin() + (b.shape().empty() ? 0 : 1));
}

bool alike(const backend::Tensors& a, const backend::Tensors& b) {
  // The order of a request's inputs is the client's. Few, so that a search costs nothing.
  return a.size() == b.size() && std::ranges::all_of(a, [&](const tensor::Tensor& tensor) {
           return std::ranges::any_of(
               b, [&](const tensor::Tensor& other) { return join(tensor, other); });
         });
}

/// Members of `batch` that are alike, by index, in the order of their first members.
std::vector<std::vector<std::size_t>> group(std::span<const backend::Tensors> batch) {
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto found = std::ranges::find_if(groups, [&](const std::vector<std::size_t>& members) {
      return alike(batch[members.front()], batch[i]);
    });
    if (found == groups.end()) {
      groups.push_back({i});
    } else {
      found->push_back(i);
    }
  }
  return groups;
}

}  // namespace

base::Result<std::vector<backend::Tensors>> run_batch(backend::Instance& instance,
                                                      std::span<const backend::Tensors> batch,
                                                      backend::CancelToken& cancel) {
  if (std::ranges::all_of(batch, [&](const auto& inputs) { return alike(batch[0], inputs); })) {
    return run_alike(instance, batch, cancel);
  }
  std::vector<backend::Tensors> results(batch.size());
  for (const std::vector<std::size_t>& members : group(batch)) {
    std::vector<backend::Tensors> part;
    for (const std::size_t member : members) {
      part.push_back(batch[member]);
    }
    auto outputs = run_alike(instance, part, cancel);
    if (!outputs) {
      return outputs;
    }
    for (std::size_t i = 0; i < members.size(); ++i) {
      results[members[i]] = std::move((*outputs)[i]);
    }
  }
  return results;
}

BatchResult run_apart(backend::Instance& instance, std::span<const backend::Tensors> batch,
                      backend::CancelToken& cancel) {
  auto together = run_batch(instance, batch, cancel);
  BatchResult result;
  if (together) {
    for (backend::Tensors& outputs : *together) {
      result.requests.emplace_back(std::move(outputs));
    }
    return result;
  }
  if (batch.size() == 1) {
    result.requests.emplace_back(tl::unexpected(std::move(together.error())));
    return result;
  }
  for (std::size_t i = 0; i < batch.size(); ++i) {
    auto alone = cancel.cancelled()
                     ? base::Result<std::vector<backend::Tensors>>(tl::unexpected(together.error()))
                     : run_alike(instance, batch.subspan(i, 1), cancel);
    result.requests.push_back(std::move(alone).map(
        [](std::vector<backend::Tensors>&& one) { return std::move(one.front()); }));
  }
  result.together = std::move(together.error());
  return result;
}

}  // namespace sluice::runtime
