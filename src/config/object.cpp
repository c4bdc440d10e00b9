#include "config/object.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace sluice::config {

bool check_keys(const Node& node, const Description& object, Reader& reader,
                const std::vector<std::string>& others) {
  if (!expect(node, Node::Kind::mapping, object, reader)) return false;
  report_duplicate_keys(node, reader);
  std::vector<std::string> names = others;
  for (const auto& key : object.keys) names.push_back(key.name);
  for (const auto& entry : node.entries) {
    if (std::find(names.begin(), names.end(), entry.key) != names.end()) continue;
    const auto scope = reader.key(entry.key);
    reader.problem(entry.value, entry.place,
                   "unknown key" + base::suggestion(entry.key, "keys", names));
  }
  for (const auto& key : object.keys) {
    if (!key.required || node.find(key.name) != nullptr) continue;
    reader.problem(node, fmt::format("the key \"{}\" is missing: {}", key.name, key.doc));
  }
  return true;
}

}  // namespace sluice::config
