// The Open Inference Protocol over HTTP/1.1 with binary tensors.
#include <optional>
#include <sstream>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

#include "base/json.hpp"
#include "base/json_fields.hpp"
#include "load/channel.hpp"
#include "tensor/raw.hpp"

namespace sluice::load {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace json = boost::json;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint64_t kMostBody = 1ull << 30;

std::string host_of(const Target& target) {
  const bool v6 = target.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", v6 ? "[" : "", target.host, v6 ? "]" : "", target.port);
}

std::string model_path(const Stream& stream) {
  auto path = "/v2/models/" + stream.model;
  if (!stream.version.empty()) path += "/versions/" + stream.version;
  return path;
}

/// The reason in an error answer, or one made from the status.
std::string reason_of(const http::response<http::string_body>& response) {
  error_code error;
  const auto body = json::parse(response.body(), error);
  if (!error && body.is_object()) {
    if (auto reason = base::text_at(body.get_object(), "reason"); !reason.empty()) return reason;
  }
  return fmt::format("http_{}", response.result_int());
}

/// The inputs in a model's metadata.
base::Result<std::vector<backend::TensorInfo>> parse_inputs(const std::string& text) {
  std::vector<backend::TensorInfo> inputs;
  try {
    const auto metadata = json::parse(text);
    for (const auto& input : metadata.at("inputs").as_array()) {
      const auto dtype = tensor::dtype_from(std::string(input.at("datatype").as_string()));
      if (!dtype) throw std::invalid_argument("a type that the protocol does not have");
      inputs.push_back({std::string(input.at("name").as_string()), *dtype,
                        json::value_to<tensor::Shape>(input.at("shape"))});
    }
  } catch (const std::exception& error) {
    return base::fail(base::ErrorCode::unavailable, "the model's metadata makes no sense: {}",
                      error.what());
  }
  return inputs;
}

constexpr std::size_t kReadBytes = 64 << 10;

/// Where the server is, what is sent to it again and again, and for how long to wait.
struct HttpExchange {
  tcp::endpoint endpoint;
  std::string request;
  base::Duration timeout{};
};

class HttpChannel final : public Channel {
 public:
  HttpChannel(asio::io_context& io, const HttpExchange& exchange)
      : exchange_(exchange), stream_(io) {
    // Beast reads as much at once as the buffer has room for, and at first that is 512 bytes.
    buffer_.reserve(kReadBytes);
  }

  void send(std::function<void(Answer)> done) override {
    done_ = std::move(done);
    stream_.expires_after(exchange_.timeout);
    if (connected_) return write();
    stream_.async_connect(exchange_.endpoint, [this](const error_code& error) {
      if (error) return fail(error);
      connected_ = true;
      error_code ignored;
      stream_.socket().set_option(tcp::no_delay(true), ignored);
      write();
    });
  }

 private:
  void write() {
    asio::async_write(stream_, asio::buffer(exchange_.request),
                      [this](const error_code& error, std::size_t) {
                        if (error) return fail(error);
                        read();
                      });
  }

  void read() {
    parser_.emplace();
    parser_->body_limit(kMostBody);
    http::async_read(stream_, buffer_, *parser_, [this](const error_code& error, std::size_t) {
      if (error) return fail(error);
      const auto& response = parser_->get();
      if (!response.keep_alive()) close();
      if (response.result() == http::status::ok) return end({true, {}});
      end({false, reason_of(response)});
    });
  }

  void fail(const error_code& error) {
    close();
    end({false, error == beast::error::timeout ? "timeout" : "connection"});
  }

  void close() {
    connected_ = false;
    buffer_.clear();
    stream_.close();
  }

  void end(const Answer& answer) {
    stream_.expires_never();
    const auto done = std::move(done_);
    done(answer);
  }

  const HttpExchange& exchange_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::response_parser<http::string_body>> parser_;
  std::function<void(Answer)> done_;
  bool connected_ = false;
};

class HttpTransport final : public Transport {
 public:
  explicit HttpTransport(TransportOptions options) : options_(std::move(options)) {
    exchange_.timeout = options_.timeout;
  }

  base::Result<std::vector<backend::TensorInfo>> inputs() override;
  void set_request(const std::vector<tensor::Tensor>& tensors) override;
  std::unique_ptr<Channel> open(asio::io_context& io) override {
    return std::make_unique<HttpChannel>(io, exchange_);
  }

 private:
  template <class Body>
  void set_head(http::request<Body>& request) const {
    request.set(http::field::host, host_of(options_.target));
    request.set(http::field::user_agent, "sluice-bench-load");
    if (!options_.token.empty()) {
      request.set(http::field::authorization, "Bearer " + options_.token);
    }
  }

  TransportOptions options_;
  HttpExchange exchange_;
};

base::Result<std::vector<backend::TensorInfo>> HttpTransport::inputs() {
  const auto& target = options_.target;
  const auto nobody = [&](const error_code& error) {
    return base::fail(base::ErrorCode::unavailable, "no answer from {}: {}; is the server running?",
                      options_.stream.url, error.message());
  };
  asio::io_context io(1);
  error_code error;
  tcp::resolver resolver(io);
  const auto found = resolver.resolve(target.host, std::to_string(target.port), error);
  if (error) return nobody(error);
  tcp::socket socket(io);
  exchange_.endpoint = asio::connect(socket, found, error);
  if (error) return nobody(error);

  http::request<http::empty_body> request(http::verb::get, model_path(options_.stream), 11);
  set_head(request);
  http::write(socket, request, error);
  beast::flat_buffer buffer;
  http::response<http::string_body> response;
  if (!error) http::read(socket, buffer, response, error);
  if (error) return nobody(error);
  if (response.result() != http::status::ok) {
    return base::fail(base::ErrorCode::invalid, "{} says about model \"{}\": {}: {}",
                      options_.stream.url, options_.stream.model, response.result_int(),
                      response.body());
  }
  return parse_inputs(response.body());
}

void HttpTransport::set_request(const std::vector<tensor::Tensor>& tensors) {
  const auto& stream = options_.stream;
  json::object parameters{{"binary_data_output", true}};
  if (stream.priority > 0) parameters["priority"] = stream.priority;
  if (stream.deadline != base::kForever) {
    parameters["deadline_ms"] = base::to_ms(stream.deadline);
  }
  if (!stream.task.empty()) parameters["task"] = stream.task;
  json::array inputs;
  std::string data;
  for (const auto& tensor : tensors) {
    const auto before = data.size();
    tensor::append_raw(tensor, data);
    inputs.push_back(json::object{
        {"name", tensor.name()},
        {"shape", json::array(tensor.shape().begin(), tensor.shape().end())},
        {"datatype", tensor::to_string(tensor.dtype())},
        {"parameters", json::object{{"binary_data_size", data.size() - before}}},
    });
  }
  const auto head = base::to_json(
      json::object{{"parameters", std::move(parameters)}, {"inputs", std::move(inputs)}});
  http::request<http::empty_body> request(http::verb::post, model_path(stream) + "/infer", 11);
  set_head(request);
  request.set(http::field::content_type, "application/octet-stream");
  request.set("Inference-Header-Content-Length", std::to_string(head.size()));
  request.content_length(head.size() + data.size());
  std::ostringstream text;
  text << request.base();
  exchange_.request = text.str() + head + data;
}

}  // namespace

std::unique_ptr<Transport> make_http_transport(TransportOptions options) {
  return std::make_unique<HttpTransport>(std::move(options));
}

}  // namespace sluice::load
