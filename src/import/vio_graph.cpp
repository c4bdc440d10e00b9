#include "import/vio_graph.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace sluice::import {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxModels = 256;

struct GraphNode {
  std::string id;
  Value value;
  std::vector<std::size_t> parents;
  enum class State { fresh, open, done } state = State::fresh;
  VioCategory category = VioCategory::detection;
  std::string step;
  std::vector<std::string> classes;
};

std::vector<GraphNode> read_nodes(const Value& graph) {
  std::vector<GraphNode> nodes;
  for (const auto& [id, value] : graph.entries()) {
    nodes.push_back({.id = id, .value = value, .parents = {}, .step = {}, .classes = {}});
  }
  for (auto& node : nodes) {
    const auto depends_on = node.value["depends_on"];
    for (const auto& id : depends_on.words()) {
      const auto found = std::ranges::find(nodes, id, &GraphNode::id);
      if (found == nodes.end()) {
        depends_on.changed(
            fmt::format("\"{}\" is left out: the graph has no such model (it was ignored)", id));
      } else {
        node.parents.push_back(static_cast<std::size_t>(found - nodes.begin()));
      }
    }
    node.classes = node.value["class_to_detect"].words();
  }
  return nodes;
}

/// Puts the node behind its parents. False: it depends on itself.
bool put_in_order(std::vector<GraphNode>& nodes, std::size_t index,
                  std::vector<std::size_t>& order) {
  auto& node = nodes[index];
  if (node.state == GraphNode::State::done) return true;
  if (node.state == GraphNode::State::open) return false;
  node.state = GraphNode::State::open;
  for (const auto parent : node.parents) {
    if (!put_in_order(nodes, parent, order)) return false;
  }
  node.state = GraphNode::State::done;
  order.push_back(index);
  return true;
}

json::object step_of(const GraphNode& node, const std::string& model,
                     const std::vector<GraphNode>& nodes) {
  json::object step{{"name", node.step}, {"model", model}};
  if (node.parents.empty()) return step;
  json::array depends_on;
  std::vector<std::string> classes;
  bool on_objects = false;
  bool all_classes = false;
  for (const auto index : node.parents) {
    const auto& parent = nodes[index];
    depends_on.emplace_back(parent.step);
    on_objects = on_objects || parent.category != VioCategory::classification;
    all_classes = all_classes || parent.classes.empty();
    classes.insert(classes.end(), parent.classes.begin(), parent.classes.end());
  }
  step["depends_on"] = std::move(depends_on);
  if (!on_objects) {
    step["full_image"] = true;
    return step;
  }
  json::object crop{{"padding", 0}};
  if (!all_classes) crop["classes"] = literals(classes);
  step["crop"] = std::move(crop);
  return step;
}

}  // namespace

VioGraph vio_graph(const Value& graph, VioModels& models) {
  if (graph.entries().size() > kMaxModels) {
    graph.problem(fmt::format("has more than {} models; split the camera", kMaxModels));
    return {};
  }
  auto nodes = read_nodes(graph);
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (put_in_order(nodes, i, order)) continue;
    nodes[i].value.problem("depends on itself; remove one of the `depends_on` on the way");
    return {};
  }
  VioGraph out;
  Names step_names;
  for (const auto index : order) {
    auto& node = nodes[index];
    const auto used =
        models.use(node.value["name"].text(node.id), node.value, VioCategory::detection);
    node.category = used.category;
    node.step = step_names.of(node.id, node.value);
    out.steps.push_back(step_of(node, used.name, nodes));
    out.last = node.step;
    out.last_classes = node.classes;
    if (!node.classes.empty()) {
      node.value["class_to_detect"].changed(
          "crops and the rule look at these labels only; the step itself tells all that it finds");
    }
    node.value.leave_rest();
  }
  return out;
}

}  // namespace sluice::import
