#include "rules/pattern.hpp"

#include <utility>

#include <re2/re2.h>

namespace sluice::rules {

base::Result<Pattern> Pattern::compile(const std::string& expression) {
  if (expression.empty()) {
    return base::fail(base::ErrorCode::invalid, "the regular expression is empty");
  }
  auto regex = std::make_shared<const re2::RE2>(expression, re2::RE2::Quiet);
  if (!regex->ok()) {
    return base::fail(base::ErrorCode::invalid, "'{}' is not a regular expression of RE2: {}",
                      expression, regex->error());
  }
  return Pattern(std::move(regex));
}

bool Pattern::found_in(std::string_view text) const {
  return regex_ != nullptr &&
         re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *regex_);
}

std::string Pattern::expression() const {
  return regex_ == nullptr ? std::string() : regex_->pattern();
}

}  // namespace sluice::rules
