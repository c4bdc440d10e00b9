// VIO's models, as far as stations use them.
#pragma once

#include <map>
#include <string>

#include "import/target.hpp"
#include "import/value.hpp"

namespace sluice::import {

/// What a model tells.
enum class VioCategory { classification, detection, detection_with_classification };

class VioModels {
 public:
  explicit VioModels(Target& target) : target_(target) {}

  /// Takes the models of an inventory.
  void add_inventory(const Value& inventory);
  [[nodiscard]] bool has_inventory() const { return has_inventory_; }

  struct Used {
    std::string name;  ///< of the model in the configuration
    VioCategory category;
  };
  /// The model called `original` at `where`, which is added to the configuration when it is first
  /// used. One that the inventory lacks is a problem; without an inventory `guess` decides what it
  /// is.
  Used use(const std::string& original, const Value& where, VioCategory guess);
  void use_all();
  /// Notes the models that no station used.
  void leave_rest() const;

 private:
  void add(const std::string& original, const std::string& name, const Value& model);
  void add_unknown(const std::string& original, const std::string& name, const Value& where,
                   VioCategory category);

  Target& target_;
  bool has_inventory_ = false;
  std::map<std::string, Value> known_;
};

}  // namespace sluice::import
