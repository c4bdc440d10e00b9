#include "config/document_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/units.hpp"

namespace sluice::config {
namespace {

namespace json = boost::json;

json::value scalar(const Node& node) {
  if (!node.quoted) {
    if (node.text == "true" || node.text == "false") return node.text == "true";
    if (const auto integer = base::parse_integer(node.text)) return *integer;
    // A quotient such as 1/255 stays as it was written.
    if (node.text.find('/') == std::string::npos) {
      if (const auto number = base::parse_number(node.text)) return *number;
    }
  }
  return json::string(node.text);
}

}  // namespace

json::value to_json(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return nullptr;
    case Node::Kind::scalar:
      return scalar(node);
    case Node::Kind::sequence: {
      json::array items;
      for (const auto& item : node.items) items.push_back(to_json(item));
      return items;
    }
    case Node::Kind::mapping:
      break;
  }
  json::object object;
  for (const auto& entry : node.entries) object[entry.key] = to_json(entry.value);
  return object;
}

}  // namespace sluice::config
