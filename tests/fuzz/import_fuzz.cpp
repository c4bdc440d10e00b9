// Files of other programs may hold anything. What is imported is YAML of the same sections, and the
// problems with the rest name the file.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "import/import.hpp"
#include "import/parse.hpp"

namespace im = sluice::import;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::array inputs{
      im::Input{"in.file", std::string(reinterpret_cast<const char*>(data), size)}};
  for (const auto origin : {im::Origin::vio, im::Origin::gateway}) {
    const auto imported = im::import_files(inputs, origin);
    if (!imported) {
      const auto& message = imported.error().message;
      if (!message.starts_with("in.file:") && !message.starts_with("there is no model")) {
        std::abort();
      }
      continue;
    }
    // The header keeps the parser from taking it for JSON.
    const auto again = im::parse({"out.yaml", imported->yaml});
    if (!again) std::abort();
    if (!again->as_object().contains("models") && !again->as_object().contains("serve")) {
      std::abort();
    }
  }
  const auto origin = im::guess_origin(inputs);
  if (!origin && !origin.error().message.starts_with("in.file:")) std::abort();
  return 0;
}
