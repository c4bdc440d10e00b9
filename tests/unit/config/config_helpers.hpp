// What the tests of this folder share.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/load.hpp"

namespace sluice::config {

/// Two synthetic models and two tasks; complete and valid.
inline constexpr const char* kModels = R"(models:
  - { name: detector, synthetic: { service: 8ms } }
  - { name: classifier, synthetic: { service: 45ms } }
)";
inline constexpr const char* kTasks = R"(tasks:
  - { name: people, model: detector, priority: 100, latency_budget: 80ms, source: { rate: 10/s } }
  - { name: labels, model: classifier }
)";

/// These with another section.
inline std::string with(const std::string& section) {
  return std::string(kModels) + kTasks + section;
}

/// Loads `text` as file "run.yaml" with only the given environment.
Loaded load(const std::string& text, std::map<std::string, std::string> environment = {},
            std::vector<std::string> settings = {});

/// The problems, as they are printed.
std::vector<std::string> problems_of(const std::string& text,
                                     std::map<std::string, std::string> environment = {});

/// The configuration; fails the test, with the problems, where there is none.
Config config_of(const std::string& text, std::vector<std::string> settings = {});

}  // namespace sluice::config
