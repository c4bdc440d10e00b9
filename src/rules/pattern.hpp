// Regular expressions that users write.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace re2 {
class RE2;
}

namespace sluice::rules {

/// A compiled regular expression in RE2's syntax (Perl's without back references and look-around):
/// matching takes time linear in the text, whatever the expression. A value, cheap to copy; its
/// const functions are thread-safe.
class Pattern {
 public:
  /// Error (invalid): names the expression and what is wrong with it.
  static base::Result<Pattern> compile(const std::string& expression);

  /// No expression: found in no text.
  Pattern() = default;

  [[nodiscard]] bool empty() const { return regex_ == nullptr; }
  /// Is there a match anywhere in the UTF-8 text? `^` and `$` tie it to the ends.
  [[nodiscard]] bool found_in(std::string_view text) const;
  /// As it was written.
  [[nodiscard]] std::string expression() const;

 private:
  explicit Pattern(std::shared_ptr<const re2::RE2> regex) : regex_(std::move(regex)) {}

  std::shared_ptr<const re2::RE2> regex_;
};

}  // namespace sluice::rules
