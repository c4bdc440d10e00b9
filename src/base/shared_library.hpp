// Parts of the program, and large libraries, that are loaded when first needed.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace sluice::base {

/// Where a program in that folder has the shared library `file`: beside itself (a build) or in
/// ../lib/sluice (an installation); else the bare name, which the dynamic linker looks up.
std::string library_path(const std::filesystem::path& program_folder, const std::string& file);

/// The address of a function in the shared library `file`, which is found as above and stays
/// loaded until the process ends. Errors (unsupported): it is not there; it or a library that it
/// needs does not load; it has no such function. Thread-safe.
Result<void*> load_function(const std::string& file, const char* function);

}  // namespace sluice::base
