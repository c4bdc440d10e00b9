#include "base/shared_library.hpp"

#include <system_error>

#include <dlfcn.h>

namespace sluice::base {

std::string library_path(const std::filesystem::path& program_folder, const std::string& file) {
  for (const auto& folder : {program_folder, program_folder.parent_path() / "lib" / "sluice"}) {
    std::error_code ignored;
    if (std::filesystem::exists(folder / file, ignored)) return folder / file;
  }
  return file;
}

Result<void*> load_function(const std::string& file, const char* function) {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string path = library_path(program.parent_path(), file);
  void* library = ::dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) {
    return fail(ErrorCode::unsupported,
                "cannot load {}: {}; looked for in {}, in ../lib/sluice beside it and where the "
                "system has its libraries: install it and what it needs",
                file, ::dlerror(), program.parent_path().string());
  }
  void* address = ::dlsym(library, function);
  if (address == nullptr) {
    return fail(ErrorCode::unsupported, "{} has no function {}; install the one of this version",
                path, function);
  }
  return address;
}

}  // namespace sluice::base
