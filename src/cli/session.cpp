#include "cli/session.hpp"

#include <ostream>

namespace sluice::cli {

ExitCode Session::fail(const base::Error& error) {
  err << "sluice: " << error.message << '\n';
  switch (error.code) {
    case base::ErrorCode::invalid:
    case base::ErrorCode::not_found:
    case base::ErrorCode::unsupported:
      return ExitCode::usage;
    case base::ErrorCode::unavailable:
    case base::ErrorCode::io:
    case base::ErrorCode::internal:
      break;
  }
  return ExitCode::failed;
}

}  // namespace sluice::cli
