// The configuration in the making.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "import/value.hpp"

namespace sluice::import {

/// Names of one kind (models, stations, a camera's steps). Sluice's are made of letters, digits,
/// '-', '_' and '.'.
class Names {
 public:
  /// The name for `original`, the same each time: itself, or else one that is allowed and free,
  /// which is noted at `where`.
  const std::string& of(const std::string& original, const Value& where);
  [[nodiscard]] bool has(const std::string& original) const { return given_.contains(original); }

 private:
  std::map<std::string, std::string> given_;
  std::set<std::string> taken_;
};

/// What is written, by section; see write.hpp for comments.
struct Target {
  boost::json::array models;
  boost::json::object serve;
  boost::json::array stations;
  std::vector<File> files;
  Names model_names;
  Names station_names;
};

/// A list of JSON strings in which "${" means itself.
[[nodiscard]] boost::json::array literals(const std::vector<std::string>& texts);

/// "labels" of "configs/labels.yaml".
[[nodiscard]] std::string stem(const std::string& path);

/// "500ms", "30s": whole milliseconds, at least `least`.
[[nodiscard]] std::string milliseconds(double value, double least = 1);

}  // namespace sluice::import
