#include "unit/config/config_helpers.hpp"

#include <gtest/gtest.h>

namespace sluice::config {

Loaded load(const std::string& text, std::map<std::string, std::string> environment,
            std::vector<std::string> settings) {
  LoadOptions options;
  options.settings = std::move(settings);
  options.environment = [environment = std::move(environment)](
                            const std::string& name) -> std::optional<std::string> {
    const auto found = environment.find(name);
    if (found == environment.end()) return std::nullopt;
    return found->second;
  };
  return load_text(text, "run.yaml", options);
}

std::vector<std::string> problems_of(const std::string& text,
                                     std::map<std::string, std::string> environment) {
  std::vector<std::string> lines;
  for (const auto& problem : load(text, std::move(environment)).problems) {
    lines.push_back(to_string(problem));
  }
  return lines;
}

Config config_of(const std::string& text, std::vector<std::string> settings) {
  auto loaded = load(text, {}, std::move(settings));
  EXPECT_TRUE(loaded.config) << to_error(loaded.problems).message;
  return loaded.config.value_or(Config{});
}

}  // namespace sluice::config
