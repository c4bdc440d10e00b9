#include <memory>
#include <ostream>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/commands.hpp"
#include "cli/config_arguments.hpp"
#include "cli/infer_request.hpp"

namespace sluice::cli {
namespace {

namespace json = boost::json;

/// Elements of an output that are printed.
constexpr std::size_t kMostElements = 16;

struct InferArguments {
  std::string url, model, token_file, ca;
  std::vector<std::string> inputs;
  InferWishes wishes;
  std::string size, mean, std, color = "rgb", layout = "nchw", resize = "stretch", deadline;
  std::string scale = "1/255";
  bool json = false;
};

/// "0.5" or "0.485,0.456,0.406".
base::Status read_triple(const char* option, const std::string& text,
                         std::array<double, 3>& triple) {
  if (text.empty()) return {};
  std::vector<double> numbers;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    const auto number = base::parse_number(text.substr(begin, end - begin));
    if (!number) return tl::unexpected(base::with_context(option, number.error()));
    numbers.push_back(*number);
    begin = end + 1;
  }
  if (numbers.size() == 1) numbers.assign(3, numbers[0]);
  if (numbers.size() != 3) {
    return base::fail(base::ErrorCode::invalid, "{}: give one number, or three with commas",
                      option);
  }
  std::copy(numbers.begin(), numbers.end(), triple.begin());
  return {};
}

/// "320x240": width and height.
base::Status read_size(const std::string& text, vision::PreprocessOptions& options) {
  if (text.empty()) return {};
  const auto cross = text.find('x');
  const auto width = base::parse_integer(text.substr(0, cross));
  const auto height = base::parse_integer(cross == std::string::npos ? "" : text.substr(cross + 1));
  constexpr std::int64_t kMost = 16384;
  if (!width || !height || *width < 1 || *height < 1 || *width > kMost || *height > kMost) {
    return base::fail(base::ErrorCode::invalid, "--size: write WIDTHxHEIGHT, for example 320x240");
  }
  options.width = static_cast<int>(*width);
  options.height = static_cast<int>(*height);
  return {};
}

base::Status read_wishes(InferArguments& arguments) {
  auto& wishes = arguments.wishes;
  for (const auto& input : arguments.inputs) {
    const auto equals = input.find('=');
    if (equals == std::string::npos || equals == 0) {
      return base::fail(base::ErrorCode::invalid, "--input {}: write NAME=FILE", input);
    }
    wishes.files[input.substr(0, equals)] = input.substr(equals + 1);
  }
  auto& options = wishes.preprocess;
  if (auto good = read_size(arguments.size, options); !good) return good;
  if (auto good = read_triple("--mean", arguments.mean, options.mean); !good) return good;
  if (auto good = read_triple("--std", arguments.std, options.std); !good) return good;
  const auto scale = base::parse_number(arguments.scale);
  if (!scale) return tl::unexpected(base::with_context("--scale", scale.error()));
  options.scale = *scale;
  // The words were checked when they were parsed.
  options.color = arguments.color == "rgb"   ? vision::ColorOrder::rgb
                  : arguments.color == "bgr" ? vision::ColorOrder::bgr
                                             : vision::ColorOrder::gray;
  options.layout = arguments.layout == "nchw" ? vision::Layout::nchw : vision::Layout::nhwc;
  options.resize = arguments.resize == "stretch"     ? vision::Resize::stretch
                   : arguments.resize == "letterbox" ? vision::Resize::letterbox
                                                     : vision::Resize::none;
  if (!arguments.deadline.empty()) {
    wishes.deadline_ms = base::to_ms(*base::parse_duration(arguments.deadline));
  }
  return {};
}

/// The JSON of an answer: before the binary data, if there is any.
json::value head_of(const HttpReply& reply) {
  std::string_view text = reply.body;
  const auto length = base::parse_integer(reply.field("Inference-Header-Content-Length"));
  if (length && *length >= 0) text = text.substr(0, static_cast<std::size_t>(*length));
  boost::system::error_code error;
  auto value = json::parse(text, error);
  return error || !value.is_object() ? json::object{} : value;
}

std::string text_of(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : base::to_json(value);
}

std::string text_of(const json::object& object, const char* key) {
  const auto* value = object.if_contains(key);
  return value == nullptr || value->is_null() ? std::string() : text_of(*value);
}

void print_output(const json::object& output, std::ostream& out) {
  out << fmt::format("{}  {} {}", text_of(output, "name"), text_of(output, "datatype"),
                     text_of(output, "shape"));
  const auto* data = output.if_contains("data");
  if (data == nullptr || !data->is_array()) {
    out << "\n";
    return;
  }
  const auto& elements = data->get_array();
  std::vector<std::string> shown;
  for (const auto& element : elements) {
    if (shown.size() == kMostElements) break;
    shown.push_back(text_of(element));
  }
  if (elements.size() > shown.size()) {
    shown.push_back(fmt::format("... ({} more)", elements.size() - shown.size()));
  }
  out << "  " << base::join(shown, text_of(output, "datatype") == "BYTES" ? "\n  " : " ") << "\n";
}

void print_answer(const json::object& answer, std::ostream& out) {
  out << fmt::format("{} version {}", text_of(answer, "model_name"),
                     text_of(answer, "model_version"));
  if (const auto* parameters = answer.if_contains("parameters")) {
    const auto& p = parameters->as_object();
    out << fmt::format(": {} ms (waited {} ms, computed {} ms), decision {}{}",
                       text_of(p, "total_ms"), text_of(p, "queue_ms"), text_of(p, "compute_ms"),
                       text_of(p, "decision"), text_of(p, "late") == "true" ? ", late" : "");
  }
  out << "\n";
  if (const auto* outputs = answer.if_contains("outputs")) {
    for (const auto& output : outputs->as_array()) print_output(output.as_object(), out);
  }
}

/// What the server says about why not, a line each.
void print_refusal(unsigned status, const json::object& answer, std::ostream& err) {
  auto error = text_of(answer, "error");
  if (error.empty()) error = "the server gave no reason";
  err << fmt::format("sluice: {} (HTTP {})\n", error, status);
  for (const auto* key : {"reason", "protects", "decision", "retry_after_ms", "numbers"}) {
    if (const auto text = text_of(answer, key); !text.empty()) {
      err << fmt::format("  {}: {}\n", key, text);
    }
  }
}

base::Result<std::unique_ptr<HttpClient>> connect(const InferArguments& arguments) {
  auto url = parse_http_url(arguments.url);
  if (!url) return tl::unexpected(url.error());
  HttpClientOptions options{.timeout = std::chrono::seconds(60), .ca_file = arguments.ca};
  if (!arguments.token_file.empty()) {
    auto token = read_token_file(arguments.token_file);
    if (!token) return tl::unexpected(token.error());
    options.token = std::move(*token);
  }
  return HttpClient::create(std::move(*url), std::move(options));
}

ExitCode infer(InferArguments& arguments, Session& session) {
  if (auto good = read_wishes(arguments); !good) return session.fail(good.error());
  auto client = connect(arguments);
  if (!client) return session.fail(client.error());
  const auto model = "/v2/models/" + arguments.model;
  const auto described = (*client)->send({.target = model});
  if (!described) return session.fail(described.error());
  const auto metadata = head_of(*described);
  if (described->status != 200) {
    print_refusal(described->status, metadata.get_object(), session.err);
    return ExitCode::failed;
  }
  auto request = make_infer_request(metadata.get_object(), arguments.wishes, model + "/infer");
  if (!request) return session.fail(request.error());
  const auto reply = (*client)->send(*request);
  if (!reply) return session.fail(reply.error());
  const auto answer = head_of(*reply);
  if (arguments.json) session.out << base::to_pretty_json(answer);
  if (reply->status != 200) {
    if (!arguments.json) print_refusal(reply->status, answer.get_object(), session.err);
    return ExitCode::failed;
  }
  if (!arguments.json) print_answer(answer.get_object(), session.out);
  return ExitCode::ok;
}

void add_image_options(CLI::App& command, InferArguments& arguments) {
  command.add_option("--image", arguments.wishes.image, "Image file for the model's only input")
      ->type_name("FILE");
  command.add_option("--size", arguments.size, "Size of the image, where the model leaves it open")
      ->type_name("WIDTHxHEIGHT");
  command.add_option("--resize", arguments.resize, "How the image gets its size")
      ->check(CLI::IsMember({"stretch", "letterbox", "none"}))
      ->capture_default_str();
  command.add_option("--color", arguments.color, "Order of the colours")
      ->check(CLI::IsMember({"rgb", "bgr", "gray"}))
      ->capture_default_str();
  command.add_option("--layout", arguments.layout, "Order of the axes")
      ->check(CLI::IsMember({"nchw", "nhwc"}))
      ->capture_default_str();
  command.add_option("--scale", arguments.scale, "Factor for pixels")
      ->type_name("NUMBER")
      ->capture_default_str();
  command.add_option("--mean", arguments.mean, "Subtracted after that: one number, or three")
      ->type_name("NUMBERS");
  command.add_option("--std", arguments.std, "Divisor after that, likewise")->type_name("NUMBERS");
}

void add_options(CLI::App& command, InferArguments& arguments) {
  command.add_option("URL", arguments.url, "The daemon, for example http://127.0.0.1:8000")
      ->required()
      ->type_name("");
  command.add_option("MODEL", arguments.model, "A model's name, or a task's")
      ->required()
      ->type_name("");
  command
      .add_option("--input", arguments.inputs,
                  "Raw little-endian elements of an input (repeatable); without, zeros")
      ->type_name("NAME=FILE")
      ->allow_extra_args(false);
  add_image_options(command, arguments);
  command.add_option("--top", arguments.wishes.top, "Print the N highest classes of each output")
      ->type_name("N");
  command
      .add_option("--priority", arguments.wishes.priority,
                  "1 is the most important, larger is less")
      ->type_name("LEVEL");
  command.add_option("--deadline", arguments.deadline, "Time for the result, for example 80ms")
      ->type_name("TIME")
      ->check(duration_word());
  command.add_option("--task", arguments.wishes.task, "The task to count as")->type_name("NAME");
  command.add_option("--token-file", arguments.token_file, "File with a bearer token")
      ->type_name("FILE");
  command.add_option("--ca", arguments.ca, "PEM file that the server's certificate leads to")
      ->type_name("FILE");
  command.add_flag("--json", arguments.json, "Print the server's answer as JSON");
}

}  // namespace

void add_infer_command(CLI::App& program, Session& session) {
  auto arguments = std::make_shared<InferArguments>();
  auto* command = program.add_subcommand("infer", "Send one inference to a daemon");
  add_options(*command, *arguments);
  command->footer(
      "Example:\n"
      "  sluice infer http://127.0.0.1:8000 page-orientation --image scan.jpg --size 224x224 \\\n"
      "    --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225 --top 3");
  command->callback([arguments, &session] {
    session.action = [arguments, &session] { return infer(*arguments, session); };
  });
}

}  // namespace sluice::cli
