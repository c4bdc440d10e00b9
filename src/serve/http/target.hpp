// The request target: a path and a query.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::serve::http {

struct Target {
  std::string_view path;              ///< as it came, still encoded
  std::vector<std::string> segments;  ///< of the path, decoded: "/v2/models/a%2Fb": v2, models, a/b
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded

  /// The first one of that name; nullopt: there is none.
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
};

/// `text` must outlive the result. nullopt: not an absolute path, or a bad percent-encoding, or one
/// of bytes that are no text.
std::optional<Target> parse_target(std::string_view text);

}  // namespace sluice::serve::http
