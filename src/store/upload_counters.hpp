// How far sending on has come.
#pragma once

#include <cstdint>
#include <string>

namespace sluice::store {

struct UploadCounters {
  std::uint64_t waiting = 0;  ///< changes that are not yet sent
  std::uint64_t bytes = 0;    ///< that they take up on disk
  std::uint64_t sent = 0;     ///< since the process began
  std::uint64_t refused = 0;  ///< records that the other side can never take: kept here only
  std::string last_error{};   ///< of the last attempt; empty: it succeeded
};

}  // namespace sluice::store
