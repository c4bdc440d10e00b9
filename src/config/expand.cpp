// Environment variables in values.
#include <cstdlib>

#include "config/document.hpp"

namespace sluice::config {

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
}

base::Result<std::string> expand(std::string_view text, const Environment& environment) {
  std::string out;
  while (!text.empty()) {
    const auto dollar = text.find('$');
    out += text.substr(0, dollar);
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar);
    if (text.starts_with("$${")) {
      out += "${";
      text.remove_prefix(3);
      continue;
    }
    if (!text.starts_with("${")) {
      out += '$';
      text.remove_prefix(1);
      continue;
    }
    const auto end = text.find('}');
    if (end == std::string_view::npos) {
      return base::fail(base::ErrorCode::invalid,
                        "\"{}\" lacks the closing brace; write ${{NAME}}, or $${{ for a plain ${{",
                        text);
    }
    auto name = text.substr(2, end - 2);
    text.remove_prefix(end + 1);
    std::optional<std::string> fallback;
    if (const auto mark = name.find(":-"); mark != std::string_view::npos) {
      fallback = std::string(name.substr(mark + 2));
      name = name.substr(0, mark);
    }
    if (name.empty()) {
      return base::fail(base::ErrorCode::invalid, "a variable without a name; write ${{NAME}}");
    }
    auto value = environment(std::string(name));
    if (fallback && (!value || value->empty())) value = fallback;
    if (!value) {
      return base::fail(base::ErrorCode::invalid,
                        "environment variable {0} is not set; set it, or give a default: "
                        "${{{0}:-default}}",
                        name);
    }
    out += *value;
  }
  return out;
}

}  // namespace sluice::config
