// What the tests of this folder share.
#pragma once

#include <string>
#include <vector>

#include "import/import.hpp"

namespace sluice::import {

/// A file of tests/fixtures/import, called as it is there.
Input fixture(const std::string& name);
std::vector<Input> fixtures(const std::vector<std::string>& names);

/// Imports; fails the test, with the problems, where that fails.
Imported imported(const std::vector<Input>& inputs, Origin origin);

/// "changed: front.json: cameras.left: why", a line each.
std::string notes_text(const std::vector<Note>& notes);

/// The message of the failed import; fails the test where there is none.
std::string problems(const std::vector<Input>& inputs, Origin origin);

}  // namespace sluice::import
