// One call of an instance, made safe: nothing it does gets past here except a Result.
#pragma once

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

}  // namespace sluice::runtime
