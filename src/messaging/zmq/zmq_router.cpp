#include "messaging/zmq/zmq_router.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.hpp>

namespace sluice::messaging::zmq {
namespace {

using base::ErrorCode;

/// A connection whose other end has died without a word is given up after about this long.
constexpr int kHeartbeatMs = 10'000;
/// An envelope is an identity and an empty part, and one more identity per proxy on the way.
constexpr std::size_t kMostEnvelope = 8;

std::string endpoint_of(const RouterOptions& options) {
  const bool v6 = options.address.find(':') != std::string::npos;
  const auto port = options.port == 0 ? "*" : std::to_string(options.port);
  return v6 ? fmt::format("tcp://[{}]:{}", options.address, port)
            : fmt::format("tcp://{}:{}", options.address, port);
}

tl::unexpected<base::Error> cannot_listen(const RouterOptions& options, const ::zmq::error_t& why) {
  const auto place = endpoint_of(options);
  if (why.num() == EADDRINUSE) {
    return base::fail(ErrorCode::unavailable,
                      "{}: this port is in use; choose another one, or stop the program that "
                      "listens there",
                      place);
  }
  return base::fail(ErrorCode::unavailable,
                    "{}: cannot listen: {}; check that the address is one of this machine's and "
                    "the port one that this user may have",
                    place, why.what());
}

int milliseconds(base::Duration timeout) {
  if (timeout == base::kForever) return -1;
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
  return static_cast<int>(std::clamp<std::int64_t>(ms, 0, 1 << 30));
}

/// What wake() writes to. Throws zmq::error_t.
struct WakeUp {
  WakeUp() : fd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (fd < 0) throw ::zmq::error_t();
  }
  WakeUp(const WakeUp&) = delete;
  WakeUp& operator=(const WakeUp&) = delete;
  ~WakeUp() { ::close(fd); }
  const int fd;
};

class ZmqRouter final : public Router {
 public:
  /// Throws zmq::error_t.
  explicit ZmqRouter(const RouterOptions& options) : most_parts_(options.most_parts) {
    socket_.set(::zmq::sockopt::ipv6, true);
    socket_.set(::zmq::sockopt::linger, milliseconds(options.linger));
    socket_.set(::zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(options.most_bytes));
    socket_.set(::zmq::sockopt::rcvhwm, options.queue);
    socket_.set(::zmq::sockopt::sndhwm, options.queue);
    socket_.set(::zmq::sockopt::heartbeat_ivl, kHeartbeatMs);
    // Without it an answer to a client that has gone would vanish without a word.
    socket_.set(::zmq::sockopt::router_mandatory, true);
    socket_.bind(endpoint_of(options));
    const auto bound = socket_.get(::zmq::sockopt::last_endpoint);
    port_ = static_cast<std::uint16_t>(std::stoul(bound.substr(bound.rfind(':') + 1)));
  }
  ZmqRouter(const ZmqRouter&) = delete;
  ZmqRouter& operator=(const ZmqRouter&) = delete;
  [[nodiscard]] std::uint16_t port() const override { return port_; }

  std::optional<Message> receive(base::Duration timeout) override {
    try {
      std::array<::zmq::pollitem_t, 2> items{
          {{socket_.handle(), 0, ZMQ_POLLIN, 0}, {nullptr, wake_.fd, ZMQ_POLLIN, 0}}};
      ::zmq::poll(items.data(), items.size(), std::chrono::milliseconds(milliseconds(timeout)));
      if ((items[1].revents & ZMQ_POLLIN) != 0) {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto size = ::read(wake_.fd, &count, sizeof(count));
      }
      if ((items[0].revents & ZMQ_POLLIN) != 0) return read();
    } catch (const ::zmq::error_t&) {
      // Interrupted by a signal, or nothing there after all.
    }
    return std::nullopt;
  }

  bool send(const std::vector<std::string>& envelope, std::span<const std::string> parts) override {
    try {
      for (const auto& part : envelope) {
        if (!send_part(part, true)) return false;
      }
      for (const auto& part : parts) {
        if (!send_part(part, &part != &parts.back())) return false;
      }
      return true;
    } catch (const ::zmq::error_t&) {
      return false;  // nobody of that identity
    }
  }

  void wake() override {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.fd, &one, sizeof(one));
  }

 private:
  bool send_part(const std::string& part, bool more) {
    auto flags = ::zmq::send_flags::dontwait;
    if (more) flags = flags | ::zmq::send_flags::sndmore;
    return socket_.send(::zmq::buffer(part), flags).has_value();
  }

  /// The whole message, of which the first part is there.
  std::optional<Message> read() {
    Message message;
    std::vector<std::shared_ptr<::zmq::message_t>> all;
    for (bool more = true; more;) {
      auto part = std::make_shared<::zmq::message_t>();
      // The parts of a message come all at once.
      if (!socket_.recv(*part, ::zmq::recv_flags::dontwait)) return std::nullopt;
      more = part->more();
      if (all.size() < kMostEnvelope + most_parts_) {
        all.push_back(std::move(part));
      } else {
        message.cut = true;
      }
    }
    // The identity is the router's own making and knows of no peer.
    if (const char* peer = ::zmq_msg_gets(all.back()->handle(), "Peer-Address")) {
      message.peer = peer;
    }
    const auto parts = envelope_size(all);
    for (std::size_t i = 0; i < parts; ++i) message.envelope.push_back(all[i]->to_string());
    for (std::size_t i = parts; i < all.size(); ++i) {
      if (message.parts.size() < most_parts_) {
        message.parts.push_back({bytes_of(*all[i]), all[i]});
      } else {
        message.cut = true;
      }
    }
    return message;
  }

  /// Up to the empty part that ends it; a DEALER may send none, then it is the identity alone.
  static std::size_t envelope_size(const std::vector<std::shared_ptr<::zmq::message_t>>& all) {
    for (std::size_t i = 1; i < std::min(all.size(), kMostEnvelope); ++i) {
      if (all[i]->size() == 0) return i + 1;
    }
    return 1;
  }

  static std::span<const std::byte> bytes_of(const ::zmq::message_t& part) {
    return {static_cast<const std::byte*>(part.data()), part.size()};
  }

  const std::size_t most_parts_;
  const WakeUp wake_;
  ::zmq::context_t context_{1};
  ::zmq::socket_t socket_{context_, ::zmq::socket_type::router};
  std::uint16_t port_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<Router>> ZmqRouterFactory::open(const RouterOptions& options) {
  try {
    return std::make_unique<ZmqRouter>(options);
  } catch (const ::zmq::error_t& error) {
    return cannot_listen(options, error);
  }
}

}  // namespace sluice::messaging::zmq
