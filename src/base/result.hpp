// Errors are values at module borders: a function that can fail returns Result<T>.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <tl/expected.hpp>

namespace sluice::base {

/// What kind of failure it was; decides exit codes and protocol status codes.
enum class ErrorCode {
  invalid,      ///< the caller's input is wrong (configuration, request, file content)
  not_found,    ///< a named thing does not exist
  unsupported,  ///< valid, but this build or machine cannot do it
  unavailable,  ///< cannot be done now; may work later
  io,           ///< the operating system refused or failed
  internal,     ///< a dependency or Sluice itself failed
};

/// An error that tells the user what is wrong, where, and what to do about it.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

/// Makes the error side of a Result: `return fail(ErrorCode::invalid, "{}: ...", path)`.
template <class... Args>
[[nodiscard]] tl::unexpected<Error> fail(ErrorCode code, fmt::format_string<Args...> format,
                                         Args&&... args) {
  return tl::unexpected(Error{code, fmt::format(format, std::forward<Args>(args)...)});
}

/// Puts the place ("cameras.yaml:12: tasks[0].queue") in front of an error's message.
[[nodiscard]] inline Error with_context(std::string_view place, Error error) {
  error.message = fmt::format("{}: {}", place, error.message);
  return error;
}

}  // namespace sluice::base
