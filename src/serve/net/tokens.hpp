// Bearer tokens: who may do what.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace sluice::serve::net {

/// Each role may do what those before it may.
enum class Role : std::uint8_t {
  infer,    ///< inference, metadata, readiness
  operate,  ///< statistics, metrics, decisions, pages
  admin,    ///< loading and unloading models, reloading the configuration
};

/// The tokens of one file: a line "ROLE TOKEN" each; empty lines and lines that begin with `#` do
/// not count. Only digests are kept, and the time of a look-up does not depend on the token.
/// Thread-safe.
class Tokens {
 public:
  /// No file: everybody may do everything.
  Tokens() = default;
  /// Errors: unreadable (io); a bad line or role, no token, one token twice, a file that other
  /// users may read (invalid). They name file and line, never a token.
  static base::Result<std::unique_ptr<Tokens>> load(const std::string& file);

  /// Whether clients must show a token.
  [[nodiscard]] bool required() const { return !file_.empty(); }
  /// What the bearer of `token` may do; nullopt: unknown. Empty text is an unknown token.
  [[nodiscard]] std::optional<Role> role(std::string_view token) const;
  /// Those of `other` are valid from now on, and no others.
  void replace_by(const Tokens& other);

 private:
  struct Entry {
    std::array<std::uint8_t, 32> digest{};
    Role role = Role::infer;
  };
  using Entries = std::vector<Entry>;
  static base::Result<Entries> read(const std::string& file);

  std::string file_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Entries> entries_;
};

}  // namespace sluice::serve::net
