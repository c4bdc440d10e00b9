#include "serve/tcp/client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

namespace sluice::serve::tcp {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using base::ErrorCode;
using boost::system::error_code;

/// What a client takes from its server: generous, but not without end.
net::Limits client_limits() {
  net::Limits limits;
  limits.body_bytes = 1ull << 30;
  limits.tensors = 65535;
  limits.dims = 255;
  return limits;
}

ErrorCode code_of(Status status) {
  switch (status) {
    case Status::not_found:
      return ErrorCode::not_found;
    case Status::unsupported:
      return ErrorCode::unsupported;
    case Status::overloaded:
    case Status::unavailable:
    case Status::deadline_exceeded:
    case Status::cancelled:
      return ErrorCode::unavailable;
    case Status::internal:
      return ErrorCode::internal;
    default:
      return ErrorCode::invalid;
  }
}

}  // namespace

struct Client::Link {
  explicit Link(const ClientOptions& o)
      : options(o), place(fmt::format("{}:{}", o.host, o.port)), socket(io) {}

  base::Status open();
  base::Status encrypt();
  base::Status write(const OutFrame& frame);
  base::Status read(std::byte* to, std::size_t size);

  /// Runs what was started until it calls back with its result; at most the time-out.
  template <class Start>
  error_code wait(Start start) {
    error_code result = asio::error::would_block;
    start([&result](error_code error, auto&&...) { result = error; });
    io.restart();
    if (options.timeout == base::kForever) {
      io.run();
    } else {
      io.run_for(options.timeout);
    }
    if (result != asio::error::would_block) return result;
    error_code ignored;
    socket.close(ignored);
    io.run();
    return asio::error::timed_out;
  }
  tl::unexpected<base::Error> failed(const error_code& error) const {
    const bool gone = error == asio::error::eof || error == asio::error::connection_reset;
    return base::fail(ErrorCode::io, "{}: {}", place,
                      gone ? "the server closed the connection" : error.message());
  }

  ClientOptions options;
  std::string place;
  asio::io_context io;
  tcp::socket socket;
  net::TlsContext context;
  std::unique_ptr<ssl::stream<tcp::socket&>> tls;
  net::Limits limits = client_limits();
};

base::Status Client::Link::open() {
  tcp::resolver resolver(io);
  tcp::resolver::results_type found;
  error_code error;
  found = resolver.resolve(options.host, std::to_string(options.port), error);
  if (!error) {
    error = wait([&](auto done) { asio::async_connect(socket, found, std::move(done)); });
  }
  if (error) {
    return base::fail(ErrorCode::unavailable,
                      "{}: {}; check host and port, and that the server runs", place,
                      error.message());
  }
  socket.set_option(tcp::no_delay(true), error);
  return options.tls ? encrypt() : base::Status();
}

base::Status Client::Link::encrypt() {
  auto made = net::client_tls(*options.tls);
  if (!made) return tl::unexpected(made.error());
  context = std::move(*made);
  tls = std::make_unique<ssl::stream<tcp::socket&>>(socket, *context);
  tls->set_verify_callback(ssl::host_name_verification(options.host));
  // As the macro SSL_set_tlsext_host_name, which needs a cast that warns.
  SSL_ctrl(tls->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
           options.host.data());
  const auto error =
      wait([&](auto done) { tls->async_handshake(ssl::stream_base::client, std::move(done)); });
  if (!error) return {};
  return base::fail(ErrorCode::unavailable,
                    "{}: TLS: {}; check the server's certificate, the CA file and the host name",
                    place, error.message());
}

base::Status Client::Link::write(const OutFrame& frame) {
  std::vector<std::span<const std::byte>> pieces;
  frame.append_pieces(pieces);
  std::vector<asio::const_buffer> buffers;
  for (const auto piece : pieces) buffers.emplace_back(piece.data(), piece.size());
  const auto error = wait([&](auto done) {
    if (tls) return asio::async_write(*tls, buffers, std::move(done));
    asio::async_write(socket, buffers, std::move(done));
  });
  if (error) return failed(error);
  return {};
}

base::Status Client::Link::read(std::byte* to, std::size_t size) {
  const auto error = wait([&](auto done) {
    if (tls) return asio::async_read(*tls, asio::buffer(to, size), std::move(done));
    asio::async_read(socket, asio::buffer(to, size), std::move(done));
  });
  if (error) return failed(error);
  return {};
}

Client::Client(std::unique_ptr<Link> link) : link_(std::move(link)) {}
Client::~Client() = default;
Client::Client(Client&& other) noexcept = default;
Client& Client::operator=(Client&& other) noexcept = default;

base::Result<Client> Client::connect(const ClientOptions& options) {
  Client client(std::make_unique<Link>(options));
  if (auto opened = client.link_->open(); !opened) return tl::unexpected(opened.error());
  if (!options.token.empty()) {
    const auto welcome = client.call<v2::Welcome>(v2::Hello{0, options.token});
    if (!welcome) return tl::unexpected(welcome.error());
  }
  return client;
}

base::Status Client::send(const v2::ClientMessage& message) {
  return link_->write(v2::encode(message));
}

base::Result<v2::ServerMessage> Client::receive() {
  std::array<std::byte, kHeaderBytes> header;
  if (auto read = link_->read(header.data(), header.size()); !read) {
    return tl::unexpected(read.error());
  }
  const auto prefix = read_prefix(header);
  if (prefix.magic != kMagic || prefix.version != 2 || prefix.size < kHeaderBytes ||
      prefix.size > link_->limits.body_bytes) {
    return base::fail(ErrorCode::internal,
                      "{}: this is no answer of the TCP protocol, version 2; check the port",
                      link_->place);
  }
  const auto size = static_cast<std::size_t>(prefix.size);
  const std::shared_ptr<std::byte[]> frame(new std::byte[size]);
  std::memcpy(frame.get(), header.data(), header.size());
  if (auto read = link_->read(frame.get() + kHeaderBytes, size - kHeaderBytes); !read) {
    return tl::unexpected(read.error());
  }
  auto message = v2::decode_server({frame.get(), size}, frame, link_->limits);
  if (!message) {
    return base::fail(ErrorCode::internal, "{}: {}", link_->place, message.error().message);
  }
  return message;
}

template <class Answer, class Message>
base::Result<Answer> Client::call(Message message) {
  message.id = ++last_id_;
  if (auto sent = send(message); !sent) return tl::unexpected(sent.error());
  auto reply = receive();
  if (!reply) return tl::unexpected(reply.error());
  if (auto* answer = std::get_if<Answer>(&*reply); answer != nullptr && answer->id == message.id) {
    return std::move(*answer);
  }
  if (const auto* error = std::get_if<v2::ErrorReply>(&*reply)) {
    return base::fail(code_of(error->status), "{}", error->message);
  }
  return base::fail(ErrorCode::internal, "{}: the server answered something else", link_->place);
}

base::Result<InferAnswer> Client::infer(v2::Infer request) {
  const auto id = request.id = ++last_id_;
  if (auto sent = send(std::move(request)); !sent) return tl::unexpected(sent.error());
  auto reply = receive();
  if (!reply) return tl::unexpected(reply.error());
  if (auto* outputs = std::get_if<v2::InferReply>(&*reply);
      outputs != nullptr && outputs->id == id) {
    return InferAnswer(std::move(*outputs));
  }
  if (auto* error = std::get_if<v2::ErrorReply>(&*reply); error != nullptr && error->id == id) {
    return InferAnswer(tl::unexpected(std::move(*error)));
  }
  return base::fail(ErrorCode::internal, "{}: the server answered something else", link_->place);
}

base::Result<bool> Client::ping() {
  return call<v2::Pong>(v2::Ping{}).map([](const v2::Pong& pong) { return pong.ready; });
}

base::Result<std::vector<ModelStatus>> Client::models() {
  return call<v2::ModelList>(v2::ListModels{}).map([](v2::ModelList list) {
    return std::move(list.models);
  });
}

base::Result<ModelDescription> Client::model(const std::string& name, const std::string& version) {
  return call<v2::ModelReply>(v2::DescribeModel{0, name, version}).map([](v2::ModelReply reply) {
    return std::move(reply.model);
  });
}

}  // namespace sluice::serve::tcp
