// What a camera has done so far, for pages and metrics.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"

namespace sluice::camera {

struct Statistics {
  bool failed = false;  ///< the last attempt to get a sample, or to connect, failed
  std::string error{};  ///< the last one, kept after it is over; empty: none yet
  std::optional<base::Time> captured{};  ///< when the last sample was
  std::uint64_t samples = 0;             ///< captured, whether or not they were taken
  std::uint64_t lost = 0;                ///< broken, or dropped because the buffer was full
  std::uint64_t replaced = 0;            ///< not taken before a newer one came (latest only)
  std::uint64_t reconnects = 0;          ///< connections made after the first
};

}  // namespace sluice::camera
