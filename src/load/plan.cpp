#include "load/plan.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "config/object.hpp"

namespace sluice::load {
namespace {

using config::Node;
using config::Object;
using config::Reader;
using simulate::ArrivalKind;
using Pace = std::optional<ArrivalKind>;

config::Type<Pace> pace() {
  return config::choice<Pace>({
      {std::nullopt, "closed", "closed loop: each connection sends again once it has its answer"},
      {ArrivalKind::periodic, "periodic", "every 1/`rate`"},
      {ArrivalKind::poisson, "poisson", "at random, independent of each other"},
      {ArrivalKind::mmpp, "mmpp", "at random, in bursts (1.8 times `rate`) and lulls (0.2 times)"},
      {ArrivalKind::step, "step", "at random; `rate` is multiplied by `factor` from `at` on"},
      {ArrivalKind::spike, "spike", "the same, but only for `length`"},
      {ArrivalKind::trace, "trace", "at the times that the file `trace` lists"},
  });
}

config::Type<Payload> payload() {
  return config::choice<Payload>({
      {Payload::random, "random", "random values: floats of 0 to 1, integers of 0 and 1"},
      {Payload::zeros, "zeros", "zeros, or empty strings"},
      {Payload::file, "file", "the bytes of the file `data`: all inputs, one after the other"},
  });
}

config::Type<std::vector<std::int64_t>> sizes() {
  return config::list(config::integer64({.minimum = 0}));
}

Object<Stream> make_stream_object() {
  using O = Stream;
  Object<O> o("stream", "Requests to one task or model, all alike.");
  o.key(
      "name", [](O & s) -> auto& { return s.name; }, config::text(), "Its row in the results.");
  o.key(
      "url", [](O & s) -> auto& { return s.url; }, config::text(), "The server's place.");
  o.key(
      "model", [](O & s) -> auto& { return s.model; }, config::text(), "The model, or a task.");
  o.key(
      "version", [](O & s) -> auto& { return s.version; }, config::text(), "The model's version.");
  o.key(
      "task", [](O & s) -> auto& { return s.task; }, config::text(),
      "The task to count as; without `model`: also the model.");
  o.key(
      "priority", [](O & s) -> auto& { return s.priority; }, config::integer<std::uint64_t>({}),
      "1 is the most important; 0: what the task has.");
  o.key(
      "deadline", [](O & s) -> auto& { return s.deadline; },
      config::duration_or_none(std::chrono::microseconds(1)),
      "Time for the answer; told to the server.");
  o.key(
      "arrivals", [](O & s) -> auto& { return s.pace; }, pace(), "When requests are sent.");
  o.key(
      "rate", [](O & s) -> auto& { return s.arrivals.rate; },
      config::rate(config::above_up_to(0, 1e6)), "Mean requests per time.");
  o.key(
      "count", [](O & s) -> auto& { return s.arrivals.count; }, config::integer<std::uint64_t>({}),
      "Requests after which it ends; 0: no limit.");
  o.key(
      "factor", [](O & s) -> auto& { return s.arrivals.factor; },
      config::number(config::at_least(0)), "`step`, `spike`: what `rate` is multiplied by.");
  o.key(
      "at", [](O & s) -> auto& { return s.arrivals.at; }, config::duration(),
      "`step`, `spike`: when it begins.");
  o.key(
      "length", [](O & s) -> auto& { return s.arrivals.length; }, config::duration(),
      "`spike`: how long it lasts.");
  o.key(
      "trace", [](O & s) -> auto& { return s.trace; }, config::path(),
      "`trace`: a CSV file with the column `time_s` and perhaps `task`.");
  o.key(
      "connections", [](O & s) -> auto& { return s.connections; },
      config::integer<std::uint32_t>({.maximum = 100'000, .word = "auto", .word_value = 0}),
      "Most requests in flight.");
  o.key(
      "payload", [](O & s) -> auto& { return s.payload; }, payload(), "What the tensors hold.");
  o.key(
      "data", [](O & s) -> auto& { return s.data; }, config::path(), "`file`: the file.");
  o.key(
      "shape", [](O & s) -> auto& { return s.shape; }, config::map_of(sizes()),
      "Sizes of inputs with free dimensions, by their names.");
  return o;
}

const Object<Stream>& stream_object() {
  static const Object<Stream> definition = make_stream_object();
  return definition;
}

struct Document {
  Plan plan;
  Stream all;  ///< what its streams start from
};

const Object<Document>& document_object() {
  using O = Document;
  static const auto definition = [] {
    Object<O> o("load", "A load test.");
    o.key(
        "duration", [](O & d) -> auto& { return d.plan.duration; },
        config::duration(std::chrono::milliseconds(1)), "How long it sends, warm-up included.");
    o.key(
        "warm_up", [](O & d) -> auto& { return d.plan.warm_up; }, config::duration(),
        "Requests of this first time do not count.");
    o.key(
        "timeout", [](O & d) -> auto& { return d.plan.timeout; },
        config::duration(std::chrono::milliseconds(1)), "How long it waits for an answer.");
    o.key(
        "seed", [](O & d) -> auto& { return d.plan.seed; }, config::integer<std::uint64_t>({}),
        "Start of the random numbers.");
    o.include(
        [](O & d) -> auto& { return d.all; }, stream_object());
    return o;
  }();
  return definition;
}

base::Result<std::string> read_file(const std::string& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.is_open() || in.bad()) {
    return base::fail(base::ErrorCode::invalid, "{}: cannot be read: {}", path,
                      std::strerror(errno));
  }
  return text;
}

/// Takes the streams' nodes out of the document.
std::vector<Node> take_streams(Node& document, Reader& reader) {
  std::vector<Node> nodes;
  std::erase_if(document.entries, [&](config::Entry& entry) {
    if (entry.key != "streams") return false;
    if (entry.value.kind == Node::Kind::sequence) {
      nodes = std::move(entry.value.items);
    } else {
      reader.problem(entry.value, "`streams` is a list of mappings");
    }
    return true;
  });
  return nodes;
}

/// What follows from several keys; problems go to the reader.
void complete(Stream& stream, const Node& node, Reader& reader) {
  if (stream.model.empty()) stream.model = stream.task;
  if (stream.model.empty()) reader.problem(node, "needs `model` or `task`: what to infer");
  if (stream.name.empty()) stream.name = stream.task.empty() ? stream.model : stream.task;
  if (auto target = parse_url(stream.url); !target) reader.problem(node, target.error().message);
  if (stream.payload == Payload::file && stream.data.empty()) {
    reader.problem(node, "`payload: file` needs `data`: the file");
  }
  if (!stream.data.empty()) stream.payload = Payload::file;
  if (stream.connections == 0) stream.connections = stream.pace ? 1000 : 1;
  if (!stream.pace) return;
  stream.arrivals.kind = *stream.pace;
  if (*stream.pace == ArrivalKind::trace) {
    if (stream.trace.empty()) return reader.problem(node, "`arrivals: trace` needs `trace`");
    auto times = simulate::read_trace_csv(stream.trace, stream.task);
    if (!times) return reader.problem(node, times.error().message);
    stream.arrivals.times = std::move(*times);
  } else if (stream.arrivals.rate <= 0) {
    reader.problem(node, "needs `rate`, for example 100/s, or `arrivals: closed`");
  } else if (auto checked = simulate::make_arrivals(stream.arrivals, 0); !checked) {
    reader.problem(node, checked.error().message);
  }
}

}  // namespace

base::Result<Plan> make_plan(const PlanSource& source) {
  const auto environment = config::process_environment();
  const std::string name = source.file.empty() ? "command line" : source.file;
  config::Problems problems;
  Node document;
  document.kind = Node::Kind::mapping;
  if (!source.file.empty()) {
    const auto text = read_file(source.file);
    if (!text) return tl::unexpected(text.error());
    auto parsed = config::parse_document(*text, name, environment, problems);
    if (!parsed) return tl::unexpected(to_error(problems));
    document = std::move(*parsed);
  }
  Reader reader(name, std::filesystem::path(source.file).parent_path());
  auto nodes = take_streams(document, reader);
  for (const auto& setting : source.settings) {
    auto done = config::assign(document, setting, setting, environment);
    if (!done) return tl::unexpected(done.error());
  }
  for (const auto& text : source.streams) {
    auto node = config::parse_document(text, "--stream " + text, environment, problems);
    if (!node) return tl::unexpected(to_error(problems));
    nodes.push_back(std::move(*node));
  }
  if (nodes.empty()) nodes.emplace_back().kind = Node::Kind::mapping;

  Document read;
  document_object().read(document, read, reader);
  auto urls = source.urls;
  if (urls.empty()) urls.push_back(read.all.url);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto in_streams = reader.key("streams");
    const auto in_item = reader.item(i);
    for (const auto& url : urls) {
      Stream stream = read.all;
      stream.url = url;
      stream_object().read(nodes[i], stream, reader);
      complete(stream, nodes[i], reader);
      if (urls.size() > 1) stream.name += ' ' + url;
      read.plan.streams.push_back(std::move(stream));
    }
  }
  if (read.plan.warm_up >= read.plan.duration) {
    reader.problem(document, "`warm_up` must be shorter than `duration`");
  }
  if (!reader.problems().empty()) return tl::unexpected(to_error(reader.problems()));
  return std::move(read.plan);
}

base::Result<std::string> read_token(const std::string& path) {
  auto token = read_file(path);
  if (!token) return token;
  const auto first = token->find_first_not_of(" \t\r\n");
  if (first == std::string::npos) {
    return base::fail(base::ErrorCode::invalid, "{}: is empty; put a token into it", path);
  }
  return token->substr(first, token->find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace sluice::load
