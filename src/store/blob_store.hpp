// Where images and other files of items are kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/upload_counters.hpp"

namespace sluice::store {

using Bytes = std::vector<std::byte>;

/// Is it a name of a blob? Parts joined by "/", such as "line-3/item-17/front.jpg". Errors
/// (invalid) name the name and what is wrong: it is empty or longer than 1000 bytes, a part is
/// empty, longer than 200 bytes or begins with "." (so that no name leads out of the store), or it
/// has a backslash or a control character.
base::Status check_name(std::string_view name);

/// Named sequences of bytes. Every implementation is thread-safe, checks names with check_name(),
/// and never shows a blob that is written in part.
class BlobStore {
 public:
  virtual ~BlobStore() = default;

  /// Writes a blob, or replaces it. When it returns without error the blob survives a crash, as far
  /// as the implementation outlives the process. Errors: unavailable (full), io (or the name is a
  /// folder of other blobs, which files cannot be); the blob is then as it was before.
  virtual base::Status put(const std::string& name, std::span<const std::byte> bytes) = 0;

  /// Errors: not_found, io.
  [[nodiscard]] virtual base::Result<Bytes> get(const std::string& name) const = 0;

  /// Errors: not_found, io.
  virtual base::Status remove(const std::string& name) = 0;

  /// The names below a folder ("line-3/item-17"; empty: all), in byte order. A folder that does
  /// not exist has none. Reads all of them.
  [[nodiscard]] virtual base::Result<std::vector<std::string>> list(
      const std::string& folder) const = 0;

  /// How many bytes the blobs below a folder have together. Errors: as list(). This one reads them;
  /// stores that know sizes look them up.
  [[nodiscard]] virtual base::Result<std::uint64_t> bytes(const std::string& folder) const;

  /// Does a blob below that folder wait to be sent on? Such a one must not be removed yet.
  [[nodiscard]] virtual bool waiting(const std::string& /*folder*/) const { return false; }
  /// Of a store that sends on what it takes.
  [[nodiscard]] virtual std::optional<UploadCounters> uploads() const { return std::nullopt; }
};

}  // namespace sluice::store
