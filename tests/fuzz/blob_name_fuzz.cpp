// Names of blobs: none that is accepted leads out of the store's folder, or to its hidden files.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "store/blob_store.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view name(reinterpret_cast<const char*>(data), size);
  if (!sluice::store::check_name(name)) return 0;
  const std::filesystem::path folder("/store");
  const std::filesystem::path file = folder / name;
  if (file.lexically_normal() != file || !file.native().starts_with("/store/")) std::abort();
  if (file.native().find("/.") != std::string::npos) std::abort();
  if (file.native().size() != std::string_view("/store/").size() + name.size()) std::abort();
  return 0;
}
