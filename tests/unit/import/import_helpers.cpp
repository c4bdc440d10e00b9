#include "unit/import/import_helpers.hpp"

#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sluice::import {

Input fixture(const std::string& name) {
  std::ifstream in(std::string(SLUICE_SOURCE_DIR) + "/tests/fixtures/import/" + name,
                   std::ios::binary);
  EXPECT_TRUE(in) << name;
  return {name, std::string(std::istreambuf_iterator<char>(in), {})};
}

std::vector<Input> fixtures(const std::vector<std::string>& names) {
  std::vector<Input> out;
  for (const auto& name : names) out.push_back(fixture(name));
  return out;
}

Imported imported(const std::vector<Input>& inputs, Origin origin) {
  auto result = import_files(inputs, origin);
  if (result) return std::move(*result);
  ADD_FAILURE() << result.error().message;
  return {};
}

std::string notes_text(const std::vector<Note>& notes) {
  std::string out;
  for (const auto& note : notes) {
    out += fmt::format("{}: {}: {}\n", to_string(note.kind), note.place, note.message);
  }
  return out;
}

std::string problems(const std::vector<Input>& inputs, Origin origin) {
  const auto result = import_files(inputs, origin);
  if (!result) return result.error().message;
  ADD_FAILURE() << "imported:\n" << result->yaml;
  return {};
}

}  // namespace sluice::import
