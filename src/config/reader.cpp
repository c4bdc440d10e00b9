#include "config/reader.hpp"

namespace sluice::config {

Reader::Scope::Scope(Reader& reader, std::string_view step)
    : reader_(reader), length_(reader.path_.size()) {
  if (!reader.path_.empty() && !step.starts_with('[')) reader.path_ += '.';
  reader.path_ += step;
}

void Reader::problem(const Node& node, Place place, std::string message) {
  problems_.push_back(
      {node.origin.empty() ? file_ : node.origin, place, path_, std::move(message)});
}

void Reader::problem_at(const Node& root, const std::string& path, std::string message) {
  const Node& node = locate(root, path);
  problems_.push_back(
      {node.origin.empty() ? file_ : node.origin, node.place, path, std::move(message)});
}

std::string Reader::resolve(const std::string& path) const {
  if (path.empty()) return path;
  return (folder_ / path).lexically_normal().string();
}

}  // namespace sluice::config
