#include "tcp_helpers.hpp"

#include <algorithm>
#include <sstream>

#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace sluice::serve::tcp {

namespace asio = boost::asio;
using boost::system::error_code;

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

std::string from_hex(const std::string& hex) {
  std::istringstream lines(hex);
  std::string line, word, bytes;
  while (std::getline(lines, line)) {
    std::istringstream words(line.substr(0, line.find('#')));
    while (words >> word) bytes.push_back(static_cast<char>(std::stoi(word, nullptr, 16)));
  }
  return bytes;
}

std::string to_hex(const std::string& bytes) {
  std::string hex;
  for (const char c : bytes) hex += fmt::format("{:02x} ", static_cast<unsigned char>(c));
  return hex;
}

bool same(const tensor::Tensor& a, const tensor::Tensor& b) {
  return a.dtype() == b.dtype() && a.shape() == b.shape() &&
         std::ranges::equal(a.data(), b.data()) && std::ranges::equal(a.strings(), b.strings());
}

Running::Running(net::Limits bounds, const net::TlsContext& tls, const std::string& tokens_file)
    : limits(bounds),
      tokens(tokens_file.empty() ? std::make_unique<net::Tokens>()
                                 : std::move(net::Tokens::load(tokens_file).value())),
      rates(bounds.client_rate, bounds.client_burst) {
  server = std::move(Server::start(threads, {"127.0.0.1", 0}, tls,
                                   {service, nullptr, *tokens, rates, clock, limits})
                         .value());
}

Running::~Running() {
  server.reset();
  threads.stop();
}

ClientOptions Running::client() const {
  ClientOptions options;
  options.port = server->port();
  return options;
}

Raw::Raw(const Running& running) : socket_(io_) {
  socket_.connect({asio::ip::address_v4::loopback(), running.server->port()});
}

void Raw::send(const std::string& bytes) {
  error_code closed;  // by the server: the answer tells
  asio::write(socket_, asio::buffer(bytes), closed);
}

std::string Raw::frame() {
  std::string frame(4, '\0');
  error_code error;
  asio::read(socket_, asio::buffer(frame), error);
  if (error) return {};
  std::uint32_t length = 0;
  std::memcpy(&length, frame.data(), sizeof(length));
  frame.resize(4 + length);
  asio::read(socket_, asio::buffer(frame.data() + 4, length), error);
  return error ? std::string() : frame;
}

void Raw::half_close() {
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send);
}

void Raw::close() {
  socket_.close();
}

}  // namespace sluice::serve::tcp
