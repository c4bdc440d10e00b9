// Texts with places for what happened: topics, bodies, arguments, messages.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "action/action.hpp"
#include "base/result.hpp"

namespace sluice::action {

/// "{decision} at {cameras.front.verdicts.0.reason}": a key is a path into the event (id, station,
/// kind, decision, time) or else its details; numbers count from 0 in lists. "{key|json}" is the
/// value as JSON, with quotes and escapes; "{{" and "}}" are braces. Immutable.
class Template {
 public:
  /// Errors (invalid): a brace without its other, an empty key, a first or, of `verdict`, second
  /// part that no event has, something else than json after "|".
  static base::Result<Template> parse(std::string_view text);

  /// Texts as they are, everything else as JSON; nothing where the event has no such value, or
  /// null. `clean`, if given, goes over each value that is put in.
  [[nodiscard]] std::string render(const Event& event,
                                   const std::function<std::string(std::string)>& clean = {}) const;

  /// Whether it is the same text for every event.
  [[nodiscard]] bool constant() const;

 private:
  struct Part {
    std::string text{};  ///< as it is, if there is no path
    std::vector<std::string> path{};
    bool json = false;
  };

  static base::Result<Part> parse_key(std::string_view key);

  std::vector<Part> parts_;
};

}  // namespace sluice::action
