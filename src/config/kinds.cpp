#include "config/kinds.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace sluice::config {

std::optional<std::size_t> read_kind(const Node& node, const Description& kinds,
                                     const std::vector<std::string>& names,
                                     const std::string& fallback, Reader& reader) {
  if (!expect(node, Node::Kind::mapping, kinds, reader)) return std::nullopt;
  const Node* type = node.find("type");
  if (type == nullptr && fallback.empty()) {
    reader.problem(node, fmt::format("the key \"type\" is missing: one of {}", base::join(names)));
    return std::nullopt;
  }
  const std::string& wanted = type == nullptr ? fallback : type->text;
  const auto found = std::find(names.begin(), names.end(), wanted);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  const auto scope = reader.key("type");
  reader.problem(*type, fmt::format("there is no type \"{}\"{}", wanted,
                                    base::suggestion(wanted, "types", names)));
  return std::nullopt;
}

}  // namespace sluice::config
