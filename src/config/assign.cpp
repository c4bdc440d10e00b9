// Paths into a document: finding and setting what they name.
#include "base/units.hpp"
#include "config/document.hpp"

namespace sluice::config {
namespace {

/// The next step of a path ("queue" of "queue.capacity", "1" of "[1].queue"), taken off it.
/// nullopt: not a path.
std::optional<std::string_view> take_step(std::string_view& path) {
  std::string_view step;
  if (path.starts_with('[')) {
    const auto end = path.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    step = path.substr(1, end - 1);
    path.remove_prefix(end + 1);
  } else {
    const auto end = path.find_first_of(".[");
    step = path.substr(0, end);
    path.remove_prefix(end == std::string_view::npos ? path.size() : end);
  }
  if (step.empty()) return std::nullopt;
  if (path.starts_with('.')) {
    path.remove_prefix(1);
    if (path.empty()) return std::nullopt;
  }
  return step;
}

/// The item with that index or that `name`; N is Node or const Node.
template <class N>
N* find_item(N& sequence, std::string_view step) {
  if (const auto index = base::parse_integer(step); index && *index >= 0) {
    const auto i = static_cast<std::size_t>(*index);
    return i < sequence.items.size() ? &sequence.items[i] : nullptr;
  }
  for (auto& item : sequence.items) {
    const Node* name = item.find("name");
    if (name != nullptr && name->text == step) return &item;
  }
  return nullptr;
}

void set_origin(Node& node, const std::string& origin) {
  node.origin = origin;
  node.place = {};
  for (auto& item : node.items) set_origin(item, origin);
  for (auto& entry : node.entries) {
    entry.place = {};
    set_origin(entry.value, origin);
  }
}

}  // namespace

const Node& locate(const Node& root, std::string_view path) {
  const Node* node = &root;
  while (!path.empty()) {
    const auto step = take_step(path);
    if (!step) break;
    const Node* next =
        node->kind == Node::Kind::sequence ? find_item(*node, *step) : node->find(*step);
    if (next == nullptr) break;
    node = next;
  }
  return *node;
}

base::Status assign(Node& root, std::string_view setting, const std::string& origin,
                    const Environment& environment) {
  const auto equals = setting.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return base::fail(base::ErrorCode::invalid,
                      "{}: write key=value, for example scheduler.policy=edf", origin);
  }
  if (equals + 1 == setting.size()) {
    return base::fail(base::ErrorCode::invalid, "{}: no value after the =", origin);
  }
  Problems problems;
  auto value = parse_document(setting.substr(equals + 1), origin, environment, problems);
  if (!value) {
    return base::fail(base::ErrorCode::invalid, "{}: {}", origin, problems.front().message);
  }
  set_origin(*value, origin);

  Node* node = &root;
  std::string_view path = setting.substr(0, equals);
  while (!path.empty()) {
    const auto step = take_step(path);
    if (!step) {
      return base::fail(base::ErrorCode::invalid,
                        "{}: not a path; write it like tasks[detector].queue.capacity", origin);
    }
    if (node->kind == Node::Kind::sequence) {
      node = find_item(*node, *step);
      if (node == nullptr) {
        return base::fail(base::ErrorCode::invalid,
                          "{}: there is no item \"{}\"; give an index from 0 or a name", origin,
                          *step);
      }
      continue;
    }
    if (node->kind != Node::Kind::mapping) {
      Node mapping;
      mapping.kind = Node::Kind::mapping;
      mapping.place = node->place;
      mapping.origin = origin;
      *node = std::move(mapping);
    }
    Node* next = node->find(*step);
    if (next == nullptr) {
      node->entries.push_back({std::string(*step), Place{}, Node{}});
      next = &node->entries.back().value;
      next->origin = origin;
    }
    node = next;
  }
  *node = std::move(*value);
  return {};
}

}  // namespace sluice::config
