// Carries what reading a document needs: where we are, where files are relative to, and the
// problems found so far.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "config/document.hpp"
#include "config/problem.hpp"

namespace sluice::config {

class Reader {
 public:
  /// `folder`: what relative paths are relative to.
  Reader(std::string file, std::filesystem::path folder)
      : file_(std::move(file)), folder_(std::move(folder)) {}

  /// The path of what is being read, extended while the Scope lives: "tasks[1].queue".
  class Scope {
   public:
    Scope(Reader& reader, std::string_view step);
    ~Scope() { reader_.path_.resize(length_); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Reader& reader_;
    std::size_t length_;
  };
  [[nodiscard]] Scope key(std::string_view name) { return {*this, name}; }
  [[nodiscard]] Scope item(std::size_t index) { return {*this, fmt::format("[{}]", index)}; }

  /// Reports a problem with `node`, which is at the current path.
  void problem(const Node& node, std::string message) {
    problem(node, node.place, std::move(message));
  }
  /// The same with a better place, such as that of the key.
  void problem(const Node& node, Place place, std::string message);
  /// Reports a problem with what `path` names, as far as it exists in the document.
  void problem_at(const Node& root, const std::string& path, std::string message);

  /// A path of the file, made relative to the file's folder.
  [[nodiscard]] std::string resolve(const std::string& path) const;

  [[nodiscard]] const Problems& problems() const { return problems_; }
  [[nodiscard]] Problems& problems() { return problems_; }
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  std::string file_;
  std::filesystem::path folder_;
  std::string path_;
  Problems problems_;
};

}  // namespace sluice::config
