// What goes wrong in an engine beside the ends of requests: for logs and the journal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "base/time.hpp"
#include "schedule/types.hpp"

namespace sluice::runtime {

enum class FaultKind : std::uint8_t {
  batch_failed,    ///< an instance returned an error, threw, or returned what does not fit
  batch_hung,      ///< a batch ran past its time; its requests failed, its thread was abandoned
  call_returned,   ///< the call that hung came back after all; its instance will be probed
  quarantined,     ///< an instance was taken out of service after failures in a row
  probe_failed,    ///< a quarantined instance failed its probe and stays out of service
  recovered,       ///< an instance passed its probe and is back in service
  callback_threw,  ///< a completion callback threw; the exception ended there
  no_thread,       ///< the system refused a thread; tried again a second later
};

const char* to_string(FaultKind value);

struct Fault {
  FaultKind kind = FaultKind::batch_failed;
  base::Time time{};
  schedule::ModelId model = schedule::kNone;
  std::size_t instance = 0;  ///< index within the model
  schedule::SlotId slot = schedule::kNone;
  std::string message;  ///< one sentence: what, where, and what happens next
};

/// Called on engine threads; must not block and must not throw.
using FaultCallback = std::function<void(const Fault&)>;

}  // namespace sluice::runtime
