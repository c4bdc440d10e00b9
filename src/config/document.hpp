// A YAML (or JSON) text as a tree whose every node knows its place.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.hpp"

namespace sluice::config {

struct Entry;

struct Node {
  enum class Kind { null, scalar, sequence, mapping };
  Kind kind = Kind::null;
  std::string text;     ///< scalar: its text, variables replaced
  bool quoted = false;  ///< scalar: written in quotes, hence a string (unless a variable was in it)
  Place place;
  std::string origin;          ///< not empty: it comes from there (a setting), not from the file
  std::vector<Node> items;     ///< sequence
  std::vector<Entry> entries;  ///< mapping, in file order

  /// The first entry of a mapping with that key, or nullptr.
  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] Node* find(std::string_view key);
};

struct Entry {
  std::string key;
  Place place;  ///< of the key
  Node value;
};

/// "a string", "a list", ...: for messages.
[[nodiscard]] std::string_view describe(const Node& node);

/// Looks up an environment variable; nullopt: it is not set.
using Environment = std::function<std::optional<std::string>(const std::string&)>;

/// The process's environment.
[[nodiscard]] Environment process_environment();

/// Replaces `${NAME}` and `${NAME:-default}` (used where NAME is unset or empty); `$${` stands
/// for a plain `${`. Errors: a variable that is not set and has no default, a missing brace.
[[nodiscard]] base::Result<std::string> expand(std::string_view text,
                                               const Environment& environment);

/// Reads one YAML document. `file` is its name in problems. Texts larger than 4 MiB, deeper than
/// 64 levels or of more than 100,000 nodes (aliases counted each time) are refused.
/// nullopt: `problems` has grown.
[[nodiscard]] std::optional<Node> parse_document(std::string_view text, const std::string& file,
                                                 const Environment& environment,
                                                 Problems& problems);

/// The deepest node on `path` ("tasks[1].queue.capacity", "tasks[detector].queue") that exists.
[[nodiscard]] const Node& locate(const Node& root, std::string_view path);

/// Sets `path=value` in the tree: the value is read as YAML; mappings on the way that do not exist
/// are made; `[...]` takes an index or the `name` of an item, and `tasks.detector.weight` means
/// `tasks[detector].weight`. `origin` ("--set a.b=1") stands for the file in problems.
/// Errors: no `=`, a bad path, an item that does not exist.
[[nodiscard]] base::Status assign(Node& root, std::string_view setting, const std::string& origin,
                                  const Environment& environment);

}  // namespace sluice::config
