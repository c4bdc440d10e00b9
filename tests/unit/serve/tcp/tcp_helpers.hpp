// A running server and raw bytes to and from it.
#pragma once

#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "backend/backend.hpp"
#include "fake_service.hpp"
#include "serve/net/io_threads.hpp"
#include "serve/net/rate_limiter.hpp"
#include "serve/net/tokens.hpp"
#include "serve/tcp/client.hpp"
#include "serve/tcp/server.hpp"

namespace sluice::serve::tcp {

std::span<const std::byte> bytes_of(const std::string& text);
/// "00 ff 41" to bytes; "#" begins a comment.
std::string from_hex(const std::string& hex);
std::string to_hex(const std::string& bytes);

template <class T>
tensor::Tensor make_tensor(std::string name, tensor::DType dtype, tensor::Shape shape,
                           const std::vector<T>& values) {
  auto tensor = tensor::Tensor::allocate(std::move(name), dtype, std::move(shape));
  std::memcpy(tensor.value().mutable_data().data(), values.data(), values.size() * sizeof(T));
  return std::move(*tensor);
}
/// The same elements, names aside.
bool same(const tensor::Tensor& a, const tensor::Tensor& b);

/// A server on a port of its own with a FakeService behind it.
struct Running {
  explicit Running(net::Limits bounds = {}, const net::TlsContext& tls = nullptr,
                   const std::string& tokens_file = {});
  ~Running();

  [[nodiscard]] ClientOptions client() const;

  FakeService service;
  base::SteadyClock clock;
  net::Limits limits;
  std::unique_ptr<net::Tokens> tokens;
  net::RateLimiter rates;
  net::IoThreads threads{1};
  std::unique_ptr<Server> server;
};

/// A plain connection.
class Raw {
 public:
  explicit Raw(const Running& running);
  void send(const std::string& bytes);
  /// The next frame, whole; empty when the server has closed.
  std::string frame();
  void half_close();
  void close();

 private:
  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_;
};

}  // namespace sluice::serve::tcp
