#include "config/description.hpp"

#include "base/text.hpp"

namespace sluice::config {
namespace {

std::string noun(const Description& d) {
  using Kind = Description::Kind;
  switch (d.kind) {
    case Kind::boolean:
      return "true or false";
    case Kind::integer:
      return "whole number";
    case Kind::number:
      return "number";
    case Kind::text:
      return d.is_path ? "path" : "text";
    case Kind::choice: {
      std::vector<std::string> names;
      for (const auto& choice : d.choices) names.push_back(choice.name);
      return base::join(names, " | ");
    }
    case Kind::duration:
      return "time (80ms, 2s)";
    case Kind::rate:
      return "rate (15/s)";
    case Kind::bytes:
      return "size (64MiB)";
    case Kind::fraction:
      return "share (20% or 0.2)";
    case Kind::list:
      return "list of " + noun(*d.item);
    case Kind::map:
      return "mapping of names to " + noun(*d.item);
    case Kind::object:
      return "mapping (" + d.title + ")";
    case Kind::either: {
      std::vector<std::string> nouns;
      for (const auto& alternative : d.alternatives) nouns.push_back(noun(*alternative));
      return base::join(nouns, ", or ");
    }
    case Kind::kinds:
      return "mapping with a `type`";
  }
  return {};
}

}  // namespace

std::string in_words(const Description& description) {
  std::string out = noun(description);
  if (!description.limits.empty()) out += ", " + description.limits;
  if (!description.word.empty() && description.kind != Description::Kind::kinds)
    out += ", or " + description.word;
  return out;
}

}  // namespace sluice::config
