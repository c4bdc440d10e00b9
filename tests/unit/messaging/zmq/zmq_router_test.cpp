#include "messaging/zmq/zmq_router.hpp"

#include <gmock/gmock.h>
#include <zmq.hpp>
#include <zmq_addon.hpp>

namespace sluice::messaging::zmq {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr base::Duration kLong = std::chrono::seconds(30);

RouterOptions anywhere() {
  RouterOptions options;
  options.address = "127.0.0.1";
  return options;
}

std::unique_ptr<Router> open(const RouterOptions& options = anywhere()) {
  auto router = ZmqRouterFactory().open(options);
  return router ? std::move(*router) : nullptr;
}

/// A client as the recorder has it.
struct Client {
  explicit Client(const Router& router, ::zmq::socket_type type = ::zmq::socket_type::req)
      : socket(context, type) {
    socket.set(::zmq::sockopt::linger, 0);
    socket.set(::zmq::sockopt::rcvtimeo, 30'000);
    socket.connect(fmt::format("tcp://127.0.0.1:{}", router.port()));
  }
  void send(const std::vector<std::string>& parts) {
    std::vector<::zmq::const_buffer> buffers;
    for (const auto& part : parts) buffers.push_back(::zmq::buffer(part));
    ::zmq::send_multipart(socket, buffers);
  }
  std::vector<std::string> receive() {
    std::vector<::zmq::message_t> parts;
    static_cast<void>(::zmq::recv_multipart(socket, std::back_inserter(parts)));
    std::vector<std::string> texts;
    for (const auto& part : parts) texts.push_back(part.to_string());
    return texts;
  }
  ::zmq::context_t context;
  ::zmq::socket_t socket;
};

std::vector<std::string> texts(const Message& message) {
  std::vector<std::string> out;
  for (const auto& part : message.parts) {
    out.emplace_back(reinterpret_cast<const char*>(part.bytes.data()), part.bytes.size());
  }
  return out;
}

TEST(ZmqRouter, AnswersGoToWhoAsked) {
  const auto router = open();
  ASSERT_NE(router, nullptr);
  Client a(*router), b(*router);
  a.send({"from a", std::string(1 << 20, 'x')});
  const auto first = router->receive(kLong);
  b.send({"from b", ""});
  const auto second = router->receive(kLong);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(texts(*first)[0], "from a");
  EXPECT_EQ(first->parts[1].bytes.size(), 1U << 20);
  EXPECT_TRUE(first->peer.ends_with("127.0.0.1")) << first->peer;
  EXPECT_THAT(texts(*second), ElementsAre("from b", ""));
  EXPECT_TRUE(router->send(second->envelope, std::vector<std::string>{"to b", ""}));
  EXPECT_TRUE(router->send(first->envelope, std::vector<std::string>{"to a"}));
  EXPECT_THAT(a.receive(), ElementsAre("to a"));
  EXPECT_THAT(b.receive(), ElementsAre("to b", ""));
}

TEST(ZmqRouter, ADealerNeedsNoEmptyPart) {
  const auto router = open();
  Client dealer(*router, ::zmq::socket_type::dealer);
  dealer.send({"header", "tensor"});
  const auto message = router->receive(kLong);
  ASSERT_TRUE(message);
  EXPECT_THAT(texts(*message), ElementsAre("header", "tensor"));
  EXPECT_TRUE(router->send(message->envelope, std::vector<std::string>{"yes"}));
  EXPECT_THAT(dealer.receive(), ElementsAre("yes"));
}

TEST(ZmqRouter, ManyPartsAreCut) {
  auto options = anywhere();
  options.most_parts = 3;
  const auto router = open(options);
  Client client(*router);
  client.send(std::vector<std::string>(1000, "x"));
  const auto message = router->receive(kLong);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->cut);
  EXPECT_EQ(message->parts.size(), 3U);
  EXPECT_TRUE(router->send(message->envelope, std::vector<std::string>{"too many"}));
  EXPECT_THAT(client.receive(), ElementsAre("too many"));
}

TEST(ZmqRouter, APartThatIsTooLargeIsNotRead) {
  auto options = anywhere();
  options.most_bytes = 1000;
  const auto router = open(options);
  Client large(*router), small(*router);
  large.send({std::string(100'000, 'x')});
  small.send({"x"});
  const auto message = router->receive(kLong);
  ASSERT_TRUE(message);
  EXPECT_THAT(texts(*message), ElementsAre("x"));
  EXPECT_FALSE(router->receive(base::Duration{0}));
}

TEST(ZmqRouter, AnAnswerToNobodyIsTold) {
  const auto router = open();
  EXPECT_FALSE(router->send({"nobody", ""}, std::vector<std::string>{"x"}));
}

TEST(ZmqRouter, WakeEndsTheWaiting) {
  const auto router = open();
  router->wake();
  EXPECT_FALSE(router->receive(base::kForever));
}

TEST(ZmqRouter, APortInUseIsSaid) {
  const auto router = open();
  auto options = anywhere();
  options.port = router->port();
  const auto second = ZmqRouterFactory().open(options);
  ASSERT_FALSE(second.has_value());
  EXPECT_THAT(second.error().message, HasSubstr("this port is in use"));
  EXPECT_THAT(second.error().message, HasSubstr(std::to_string(router->port())));
}

TEST(ZmqRouter, AForeignAddressIsSaid) {
  auto options = anywhere();
  options.address = "192.0.2.1";
  const auto router = ZmqRouterFactory().open(options);
  ASSERT_FALSE(router.has_value());
  EXPECT_THAT(router.error().message, HasSubstr("cannot listen"));
}

}  // namespace
}  // namespace sluice::messaging::zmq
