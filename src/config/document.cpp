#include "config/document.hpp"

#include <exception>
#include <istream>
#include <map>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace sluice::config {
namespace {

constexpr std::size_t kMaxBytes = 4u << 20;
constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxNodes = 100'000;

/// Ends the parse at the first structural mistake; caught in parse_document.
struct Refused {
  Place place;
  std::string message;
};

Place place_of(const YAML::Mark& mark) {
  return {mark.line + 1, mark.column + 1};
}

std::size_t count(const Node& node) {
  std::size_t n = 1;
  for (const auto& item : node.items) n += count(item);
  for (const auto& entry : node.entries) n += count(entry.value);
  return n;
}

/// Builds the tree from the parser's events.
class Builder final : public YAML::EventHandler {
 public:
  Builder(const std::string& file, const Environment& environment, Problems& problems)
      : file_(file), environment_(environment), problems_(problems) {}

  [[nodiscard]] Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    node.place = place_of(mark);
    add(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      throw Refused{place_of(mark), "an alias (*name) may not stand inside its own anchor (&name)"};
    }
    spend(count(found->second), place_of(mark));
    add(found->second, 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node;
    node.place = place_of(mark);
    // yaml-cpp's tags: "?" for a plain scalar, "!" for a quoted one.
    node.quoted = tag == "!";
    if (tag != "?" && tag != "!" && !tag.empty()) {
      throw Refused{node.place, fmt::format("the tag {} has no meaning here; remove it", tag)};
    }
    const bool is_key = expects_key();
    if (!node.quoted && !is_key && (value == "~" || value == "null")) {
      add(std::move(node), anchor);
      return;
    }
    node.kind = Node::Kind::scalar;
    node.text = value;
    if (!is_key && value.find("${") != std::string::npos) replace_variables(node);
    add(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Node::Kind::sequence, mark, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Node::Kind::mapping, mark, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    YAML::anchor_t anchor;
    bool has_key = false;  ///< mapping: the key of entries.back() waits for its value
  };

  [[nodiscard]] bool expects_key() const {
    return !open_.empty() && open_.back().node.kind == Node::Kind::mapping && !open_.back().has_key;
  }

  void spend(std::size_t nodes, Place place) {
    used_ += nodes;
    if (used_ > kMaxNodes) {
      throw Refused{place, fmt::format("the file has more than {} values", kMaxNodes)};
    }
  }

  void replace_variables(Node& node) {
    auto expanded = expand(node.text, environment_);
    if (!expanded) {
      problems_.push_back({file_, node.place, {}, expanded.error().message});
      return;
    }
    node.text = std::move(*expanded);
    node.quoted = false;
  }

  void open(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    const Place place = place_of(mark);
    if (expects_key()) throw Refused{place, "a key must be a plain word"};
    if (open_.size() >= kMaxDepth) {
      throw Refused{place, fmt::format("nested more than {} levels deep", kMaxDepth)};
    }
    Node node;
    node.kind = kind;
    node.place = place;
    open_.push_back({std::move(node), anchor});
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    add(std::move(done.node), done.anchor);
  }

  void add(Node node, YAML::anchor_t anchor) {
    spend(1, node.place);
    if (anchor != 0) anchors_[anchor] = node;
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == Node::Kind::sequence) {
      parent.node.items.push_back(std::move(node));
    } else if (parent.has_key) {
      parent.node.entries.back().value = std::move(node);
      parent.has_key = false;
    } else {
      if (node.kind != Node::Kind::scalar) throw Refused{node.place, "a key must be a plain word"};
      parent.node.entries.push_back({std::move(node.text), node.place, Node{}});
      parent.has_key = true;
    }
  }

  const std::string& file_;
  const Environment& environment_;
  Problems& problems_;
  Node root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Node> anchors_;
  std::size_t used_ = 0;
};

void parse(std::string_view text, Builder& builder) {
  std::istringstream stream{std::string(text)};
  YAML::Parser parser(stream);
  if (!parser.HandleNextDocument(builder)) throw Refused{{1, 1}, "the file is empty"};
  struct Ignore final : YAML::EventHandler {
    void OnDocumentStart(const YAML::Mark& mark) override {
      throw Refused{place_of(mark), "a second document; one file holds one configuration"};
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}
  } second;
  parser.HandleNextDocument(second);
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const auto& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

Node* Node::find(std::string_view key) {
  for (auto& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

std::string_view describe(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      return node.quoted ? "a string" : "a value";
    case Node::Kind::sequence:
      return "a list";
    case Node::Kind::mapping:
      return "a mapping";
  }
  return "something else";
}

std::optional<Node> parse_document(std::string_view text, const std::string& file,
                                   const Environment& environment, Problems& problems) {
  if (text.size() > kMaxBytes) {
    problems.push_back({file, {1, 1}, {}, "the file is larger than 4 MiB: not a configuration"});
    return std::nullopt;
  }
  const std::size_t before = problems.size();
  Builder builder(file, environment, problems);
  try {
    parse(text, builder);
  } catch (const Refused& refused) {
    problems.push_back({file, refused.place, {}, refused.message});
  } catch (const YAML::Exception& error) {
    std::string message = "not valid YAML: " + error.msg;
    // A plain ${NAME} between braces ends at its own closing brace.
    if (text.find("${") != std::string_view::npos) {
      message += "; inside { } and [ ], put quotes around \"${...}\"";
    }
    problems.push_back({file, place_of(error.mark), {}, std::move(message)});
  } catch (const std::exception& error) {
    problems.push_back({file, {1, 1}, {}, fmt::format("not valid YAML: {}", error.what())});
  }
  if (problems.size() > before) return std::nullopt;
  return builder.take();
}

}  // namespace sluice::config
