// Version 2 of the TCP protocol.
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "load/channel.hpp"
#include "serve/tcp/frame_v2.hpp"

namespace sluice::load {
namespace {

namespace asio = boost::asio;
namespace wire = serve::tcp;
namespace v2 = serve::tcp::v2;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint64_t kMostFrame = 1ull << 30;

struct TcpExchange {
  tcp::endpoint endpoint;
  std::string hello;    ///< frame to begin a connection with; empty: none
  std::string request;  ///< frame
  base::Duration timeout{};
};

/// A frame as it is read, from an aligned address.
struct Frame {
  std::shared_ptr<std::uint64_t[]> memory;
  std::size_t size = 0;
  std::size_t room = 0;

  void grow(std::size_t bytes) {
    size = bytes;
    if (bytes <= room) return;
    auto larger = std::make_shared<std::uint64_t[]>((bytes + 7) / 8);
    if (memory) std::memcpy(larger.get(), memory.get(), std::min(room, wire::kPrefixBytes));
    memory = std::move(larger);
    room = (bytes + 7) / 8 * 8;
  }
  [[nodiscard]] std::byte* data() const { return reinterpret_cast<std::byte*>(memory.get()); }
  [[nodiscard]] base::Result<v2::ServerMessage> message() const {
    serve::net::Limits limits;
    limits.body_bytes = kMostFrame;
    return v2::decode_server({data(), size}, memory, limits);
  }
};

class TcpChannel final : public Channel {
 public:
  TcpChannel(asio::io_context& io, const TcpExchange& exchange)
      : exchange_(exchange), socket_(io), timer_(io) {
    frame_.grow(4096);
  }

  void send(std::function<void(Answer)> done) override {
    done_ = std::move(done);
    timer_.expires_after(exchange_.timeout);
    timer_.async_wait([this](const error_code& error) {
      if (error || !done_) return;
      timed_out_ = true;
      close();
    });
    if (socket_.is_open()) return write();
    socket_.async_connect(exchange_.endpoint, [this](const error_code& error) {
      if (error) return fail();
      error_code ignored;
      socket_.set_option(tcp::no_delay(true), ignored);
      if (exchange_.hello.empty()) return write();
      asio::async_write(
          socket_, asio::buffer(exchange_.hello),
          [this](const error_code& failed, std::size_t) { failed ? fail() : write(); });
    });
  }

 private:
  void write() {
    asio::async_write(socket_, asio::buffer(exchange_.request),
                      [this](const error_code& error, std::size_t) { error ? fail() : read(); });
  }

  void read() {
    frame_.grow(wire::kPrefixBytes);
    asio::async_read(
        socket_, asio::buffer(frame_.data(), wire::kPrefixBytes),
        [this](const error_code& error, std::size_t) { error ? fail() : read_rest(); });
  }

  void read_rest() {
    const auto prefix = wire::read_prefix({frame_.data(), wire::kPrefixBytes});
    if (prefix.magic != wire::kMagic || prefix.version != 2 || prefix.size > kMostFrame ||
        prefix.size < wire::kHeaderBytes) {
      return fail();
    }
    frame_.grow(prefix.size);
    asio::async_read(
        socket_, asio::buffer(frame_.data() + wire::kPrefixBytes, prefix.size - wire::kPrefixBytes),
        [this](const error_code& error, std::size_t) { error ? fail() : take(); });
  }

  void take() {
    const auto message = frame_.message();
    if (!message) return fail();
    if (std::holds_alternative<v2::Welcome>(*message)) return read();
    const auto* error = std::get_if<v2::ErrorReply>(&*message);
    if (error == nullptr) return end({true, {}});
    end({false, error->reason.empty() ? std::string("tcp_") + serve::to_string(error->status)
                                      : error->reason});
  }

  void fail() {
    close();
    end({false, std::exchange(timed_out_, false) ? "timeout" : "connection"});
  }

  void close() {
    error_code ignored;
    socket_.close(ignored);
  }

  void end(const Answer& answer) {
    const auto done = std::exchange(done_, nullptr);
    timer_.cancel();
    done(answer);
  }

  const TcpExchange& exchange_;
  tcp::socket socket_;
  asio::steady_timer timer_;
  Frame frame_;
  std::function<void(Answer)> done_;
  bool timed_out_ = false;
};

class TcpTransport final : public Transport {
 public:
  explicit TcpTransport(TransportOptions options) : options_(std::move(options)) {
    exchange_.timeout = options_.timeout;
    if (!options_.token.empty()) exchange_.hello = v2::encode(v2::Hello{1, options_.token}).flat();
  }
  base::Result<std::vector<backend::TensorInfo>> inputs() override;
  void set_request(const std::vector<tensor::Tensor>& tensors) override;
  std::unique_ptr<Channel> open(asio::io_context& io) override {
    return std::make_unique<TcpChannel>(io, exchange_);
  }

 private:
  TransportOptions options_;
  TcpExchange exchange_;
};

base::Result<std::vector<backend::TensorInfo>> TcpTransport::inputs() {
  const auto& stream = options_.stream;
  const auto nobody = [&](const error_code& error) {
    return base::fail(base::ErrorCode::unavailable, "no answer from {}: {}; is the server running?",
                      stream.url, error.message());
  };
  asio::io_context io(1);
  error_code error;
  tcp::resolver resolver(io);
  const auto found =
      resolver.resolve(options_.target.host, std::to_string(options_.target.port), error);
  if (error) return nobody(error);
  tcp::socket socket(io);
  exchange_.endpoint = asio::connect(socket, found, error);
  if (error) return nobody(error);
  const auto request =
      exchange_.hello + v2::encode(v2::DescribeModel{1, stream.model, stream.version}).flat();
  asio::write(socket, asio::buffer(request), error);
  while (!error) {
    Frame frame;
    frame.grow(wire::kPrefixBytes);
    asio::read(socket, asio::buffer(frame.data(), wire::kPrefixBytes), error);
    if (error) break;
    const auto prefix = wire::read_prefix({frame.data(), wire::kPrefixBytes});
    if (prefix.magic != wire::kMagic || prefix.size > kMostFrame ||
        prefix.size < wire::kHeaderBytes) {
      return base::fail(base::ErrorCode::unavailable, "{} does not speak this protocol",
                        stream.url);
    }
    frame.grow(prefix.size);
    asio::read(socket,
               asio::buffer(frame.data() + wire::kPrefixBytes, prefix.size - wire::kPrefixBytes),
               error);
    if (error) break;
    const auto message = frame.message();
    if (!message) return tl::unexpected(message.error());
    if (const auto* described = std::get_if<v2::ModelReply>(&*message)) {
      return described->model.info.inputs;
    }
    if (const auto* refused = std::get_if<v2::ErrorReply>(&*message)) {
      return base::fail(base::ErrorCode::invalid, "{} says about model \"{}\": {}", stream.url,
                        stream.model, refused->message);
    }
  }
  return nobody(error);
}

void TcpTransport::set_request(const std::vector<tensor::Tensor>& tensors) {
  const auto& stream = options_.stream;
  v2::Infer infer;
  infer.id = 1;
  if (stream.deadline != base::kForever) {
    infer.timeout_us = static_cast<std::uint64_t>(stream.deadline / std::chrono::microseconds(1));
  }
  infer.priority = static_cast<std::uint32_t>(stream.priority);
  infer.model = stream.model;
  infer.version = stream.version;
  infer.task = stream.task;
  infer.inputs = tensors;
  exchange_.request = v2::encode(std::move(infer)).flat();
}

}  // namespace

std::unique_ptr<Transport> make_tcp_transport(TransportOptions options) {
  return std::make_unique<TcpTransport>(std::move(options));
}

}  // namespace sluice::load
