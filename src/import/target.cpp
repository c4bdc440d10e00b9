#include "import/target.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cmath>
#include <filesystem>

#include "base/units.hpp"
#include "import/write.hpp"

namespace sluice::import {

const std::string& Names::of(const std::string& original, const Value& where) {
  const auto [place, is_new] = given_.try_emplace(original);
  if (!is_new) return place->second;
  std::string base = original.empty() ? "unnamed" : original;
  std::ranges::replace_if(
      base,
      [](unsigned char c) {
        return c >= 0x80 || (std::isalnum(c) == 0 && c != '-' && c != '_' && c != '.');
      },
      '-');
  std::string name = base;
  for (int n = 2; !taken_.insert(name).second; ++n) name = fmt::format("{}-{}", base, n);
  if (name != original) {
    where.changed(
        fmt::format("\"{}\" is called {} (names have letters, digits, '-', '_' and '.', and are "
                    "unique)",
                    original, name));
  }
  return place->second = std::move(name);
}

boost::json::array literals(const std::vector<std::string>& texts) {
  boost::json::array out;
  for (const auto& text : texts) out.emplace_back(literal(text));
  return out;
}

std::string stem(const std::string& path) {
  return std::filesystem::path(path).stem().string();
}

std::string milliseconds(double value, double least) {
  // Above the limit a duration would not fit its type; such a time means "never", anyway.
  const double shown = std::clamp(value, least, 1e12);
  return base::format_duration(
      std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(shown))));
}

}  // namespace sluice::import
