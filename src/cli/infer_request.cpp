#include "cli/infer_request.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

#include <boost/json/array.hpp>

#include "base/json.hpp"
#include "tensor/raw.hpp"
#include "vision/decoder.hpp"
#include "vision/fit.hpp"

namespace sluice::cli {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;

/// One input or output of the metadata.
struct Described {
  std::string name;
  tensor::DType dtype = tensor::DType::fp32;
  tensor::Shape shape;  ///< -1: dynamic
};

base::Result<std::vector<Described>> read_list(const json::object& metadata, const char* key) {
  std::vector<Described> list;
  try {
    for (const auto& item : metadata.at(key).as_array()) {
      const auto dtype = tensor::dtype_from(std::string_view(item.at("datatype").as_string()));
      if (!dtype) throw std::invalid_argument("datatype");
      Described one{std::string(item.at("name").as_string()), *dtype, {}};
      for (const auto& size : item.at("shape").as_array()) {
        one.shape.push_back(size.to_number<std::int64_t>());
      }
      list.push_back(std::move(one));
    }
  } catch (const std::exception&) {
    return fail(ErrorCode::unavailable,
                "the server's description of the model has no proper \"{}\"", key);
  }
  return list;
}

base::Result<std::string> read_bytes(const std::string& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.is_open() || in.bad()) {
    return fail(ErrorCode::not_found, "{} cannot be read: {}", path, std::strerror(errno));
  }
  return bytes;
}

/// The first dimension that is dynamic takes what the file holds; further ones are 1.
base::Result<tensor::Shape> shape_for(const Described& input, std::optional<std::size_t> bytes) {
  tensor::Shape shape = input.shape;
  std::size_t known = tensor::size_of(input.dtype);
  std::int64_t* open = nullptr;
  for (auto& size : shape) {
    if (size < 0) {
      if (open == nullptr) open = &size;
      size = 1;
    }
    known *= static_cast<std::size_t>(size);
  }
  if (!bytes || input.dtype == tensor::DType::bytes || *bytes == known) return shape;
  if (open == nullptr || known == 0 || *bytes % known != 0) {
    return fail(ErrorCode::invalid, "input {} takes {}{} bytes, not {}", input.name,
                open == nullptr ? "" : "a multiple of ", known, *bytes);
  }
  *open = static_cast<std::int64_t>(*bytes / known);
  return shape;
}

struct Filled {
  tensor::Shape shape;
  std::string bytes;
};

base::Result<Filled> from_image(const Described& input, const InferWishes& wishes) {
  vision::PreprocessOptions declared = wishes.preprocess;
  declared.dtype = input.dtype;
  const auto options = vision::fit(std::move(declared), input.name, input.dtype, input.shape,
                                   vision::Notation::command_line);
  if (!options) return tl::unexpected(options.error());
  const auto decoder = vision::decoder();
  if (!decoder) return tl::unexpected(decoder.error());
  const auto tensor = (*decoder)->read_image(wishes.image, *options);
  if (!tensor) return tl::unexpected(tensor.error());
  Filled filled{tensor->shape(), {}};
  tensor::append_raw(*tensor, filled.bytes);
  return filled;
}

base::Result<Filled> fill(const Described& input, const InferWishes& wishes) {
  if (!wishes.image.empty()) return from_image(input, wishes);
  std::optional<std::string> bytes;
  if (const auto file = wishes.files.find(input.name); file != wishes.files.end()) {
    auto read = read_bytes(file->second);
    if (!read) return tl::unexpected(read.error());
    bytes = std::move(*read);
  }
  auto shape = shape_for(input, bytes ? std::optional(bytes->size()) : std::nullopt);
  if (!shape) return tl::unexpected(shape.error());
  if (!bytes) {
    // Zero: of strings, an empty one with its length of four bytes.
    const std::size_t each = input.dtype == tensor::DType::bytes ? 4 : tensor::size_of(input.dtype);
    std::size_t elements = 1;
    for (const auto size : *shape) elements *= static_cast<std::size_t>(size);
    bytes = std::string(elements * each, '\0');
  }
  return Filled{std::move(*shape), std::move(*bytes)};
}

json::object parameters_of(const InferWishes& wishes) {
  json::object parameters;
  if (wishes.priority > 0) parameters["priority"] = wishes.priority;
  if (wishes.deadline_ms > 0) parameters["deadline_ms"] = wishes.deadline_ms;
  if (!wishes.task.empty()) parameters["task"] = wishes.task;
  return parameters;
}

/// What JSON cannot carry comes as binary data, of which only the size is shown.
json::array outputs_of(const std::vector<Described>& outputs, std::uint32_t top) {
  json::array list;
  for (const auto& output : outputs) {
    json::object parameters;
    if (top > 0) {
      parameters["classification"] = top;
    } else if (output.dtype == tensor::DType::fp16 || output.dtype == tensor::DType::bf16) {
      parameters["binary_data"] = true;
    }
    list.push_back(json::object{{"name", output.name}, {"parameters", std::move(parameters)}});
  }
  return list;
}

base::Status check_names(const std::vector<Described>& inputs, const InferWishes& wishes) {
  for (const auto& file : wishes.files) {
    const bool known = std::any_of(inputs.begin(), inputs.end(), [&](const Described& input) {
      return input.name == file.first;
    });
    if (!known) return fail(ErrorCode::invalid, "the model has no input \"{}\"", file.first);
  }
  if (!wishes.image.empty() && inputs.size() != 1) {
    return fail(ErrorCode::invalid, "--image fills a model's only input; this one has {}",
                inputs.size());
  }
  return {};
}

}  // namespace

base::Result<HttpRequest> make_infer_request(const json::object& metadata,
                                             const InferWishes& wishes, const std::string& target) {
  const auto inputs = read_list(metadata, "inputs");
  if (!inputs) return tl::unexpected(inputs.error());
  const auto outputs = read_list(metadata, "outputs");
  if (!outputs) return tl::unexpected(outputs.error());
  if (auto known = check_names(*inputs, wishes); !known) return tl::unexpected(known.error());
  json::array list;
  std::string binary;
  for (const auto& input : *inputs) {
    const auto filled = fill(input, wishes);
    if (!filled) return tl::unexpected(filled.error());
    list.push_back(
        json::object{{"name", input.name},
                     {"datatype", std::string(tensor::to_string(input.dtype))},
                     {"shape", json::array(filled->shape.begin(), filled->shape.end())},
                     {"parameters", json::object{{"binary_data_size", filled->bytes.size()}}}});
    binary += filled->bytes;
  }
  const auto head = base::to_json(json::object{{"inputs", std::move(list)},
                                               {"outputs", outputs_of(*outputs, wishes.top)},
                                               {"parameters", parameters_of(wishes)}});
  return HttpRequest{.method = "POST",
                     .target = target,
                     .fields = {{"Content-Type", "application/octet-stream"},
                                {"Inference-Header-Content-Length", std::to_string(head.size())}},
                     .body = head + binary};
}

}  // namespace sluice::cli
