// One call of an instance, made safe: nothing it does gets past here except a Result.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "backend/backend.hpp"

namespace sluice::runtime {

/// Runs `batch` on `instance`; requests whose inputs differ in their other dimensions, and so
/// cannot be joined, one group after the other. Errors: what the instance returned, what it threw,
/// or what it returned does not fit: not one result per request, or outputs whose number, types,
/// ranks or inner dimensions differ from what the model declares (the first axis is the batch's).
base::Result<std::vector<backend::Tensors>> run_batch(backend::Instance& instance,
                                                      std::span<const backend::Tensors> batch,
                                                      backend::CancelToken& cancel);

/// What became of each request of a batch.
struct BatchResult {
  std::vector<base::Result<backend::Tensors>> requests;
  /// Why they failed together, after which each ran by itself; nullopt: they did not, or there is
  /// only one.
  std::optional<base::Error> together;
};

/// As run_batch(), but what one request brings does not fail the others: if a batch of several
/// fails, each of them runs by itself, once. After `cancel` nothing more is run.
BatchResult run_apart(backend::Instance& instance, std::span<const backend::Tensors> batch,
                      backend::CancelToken& cancel);

}  // namespace sluice::runtime
