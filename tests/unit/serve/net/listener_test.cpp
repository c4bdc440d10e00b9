#include "serve/net/listener.hpp"

#include <atomic>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "serve/net/tls.hpp"

namespace sluice::serve::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// Says "hi" and keeps the connection until the client sends or leaves.
void greet(const std::shared_ptr<Stream>& stream) {
  stream->async_write_some(asio::buffer("hi", 2), [stream](error_code, std::size_t) {
    static char nothing[1];
    stream->async_read_some(asio::buffer(nothing), [stream](error_code, std::size_t) {});
  });
}

/// What a client reads until `size` bytes or the end.
std::string read(tcp::socket& socket, std::size_t size) {
  std::string text(size, '\0');
  error_code end;
  text.resize(asio::read(socket, asio::buffer(text), end));
  return text;
}

struct Client {
  explicit Client(const Listener& listener, const char* address = "127.0.0.1") : socket(io) {
    socket.connect({asio::ip::make_address(address), listener.port()});
  }
  asio::io_context io;
  tcp::socket socket;
};

class ListenerTest : public testing::Test {
 protected:
  std::unique_ptr<Listener> start(const ListenOptions& options, Listener::Handler handler = greet) {
    auto listener = Listener::start(threads_, options, nullptr, limits_, std::move(handler));
    EXPECT_TRUE(listener) << listener.error().message;
    return std::move(listener.value());
  }
  void TearDown() override { threads_.stop(); }
  Limits limits_;
  IoThreads threads_{2};
};

TEST_F(ListenerTest, ServesOverIPv4) {
  const auto listener = start({"127.0.0.1", 0});
  EXPECT_EQ(listener->address(), fmt::format("127.0.0.1:{}", listener->port()));
  Client client(*listener);
  EXPECT_EQ(read(client.socket, 2), "hi");
  EXPECT_EQ(listener->connections(), 1u);
}

TEST_F(ListenerTest, PortInUseIsAnError) {
  const auto listener = start({"127.0.0.1", 0});
  const auto second =
      Listener::start(threads_, {"127.0.0.1", listener->port()}, nullptr, limits_, greet);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::unavailable);
  EXPECT_NE(second.error().message.find("in use"), std::string::npos);
  EXPECT_NE(second.error().message.find(listener->address()), std::string::npos);
}

TEST_F(ListenerTest, AddressesMustBeAddresses) {
  const auto listener = Listener::start(threads_, {"nowhere", 0}, nullptr, limits_, greet);
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().code, base::ErrorCode::invalid);
}

TEST_F(ListenerTest, OneConnectionTooManyIsClosed) {
  limits_.connections = 1;
  const auto listener = start({"127.0.0.1", 0});
  Client first(*listener);
  EXPECT_EQ(read(first.socket, 2), "hi");
  Client second(*listener);
  EXPECT_EQ(read(second.socket, 2), "");
}

TEST_F(ListenerTest, StopTellsConnectionsToFinish) {
  const auto listener = start({"127.0.0.1", 0}, [](const std::shared_ptr<Stream>& stream) {
    // The function keeps the stream, until it lets go of itself.
    stream->on_finish([stream] {
      stream->async_write_some(asio::buffer("bye", 3), [stream](error_code, std::size_t) {
        stream->on_finish({});
        stream->close_after_last_answer();
      });
    });
    stream->async_write_some(asio::buffer("hi", 2), [](error_code, std::size_t) {});
  });
  Client client(*listener);
  EXPECT_EQ(read(client.socket, 2), "hi");
  listener->stop();
  EXPECT_EQ(read(client.socket, 10), "bye");
}

TEST_F(ListenerTest, AConnectionClosesWhenItsTimeIsOver) {
  std::atomic<bool> expired{false};
  const auto listener = start({"127.0.0.1", 0}, [&](const std::shared_ptr<Stream>& stream) {
    stream->expires_after(std::chrono::hours(1));
    stream->expires_after(std::chrono::milliseconds(1));
    static char nothing[1];
    stream->async_read_some(asio::buffer(nothing), [&expired, stream](error_code, std::size_t) {
      expired = stream->expired();
    });
  });
  Client client(*listener);
  EXPECT_EQ(read(client.socket, 1), "");
  while (!expired) std::this_thread::yield();
}

TEST(Tls, ErrorsNameTheFile) {
  EXPECT_EQ(server_tls({}).value(), nullptr);
  const auto missing = server_tls({"no-such.pem", "no-such.key", ""});
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("no-such.pem"), std::string::npos);
  EXPECT_FALSE(server_tls({"", "key-only.pem", ""}));
  const auto authority = client_tls({"no-such-ca.pem", "", ""});
  ASSERT_FALSE(authority);
  EXPECT_NE(authority.error().message.find("no-such-ca.pem"), std::string::npos);
}

}  // namespace
}  // namespace sluice::serve::net
