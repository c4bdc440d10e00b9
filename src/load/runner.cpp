#include "load/runner.hpp"

#include <ctime>
#include <deque>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "load/payload.hpp"
#include "simulate/random.hpp"

namespace sluice::load {
namespace {

namespace asio = boost::asio;

/// The run's time line.
struct Window {
  base::Time start, warm, end;
};

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// One stream under way. An open loop's requests have intended times that do not depend on the
/// answers; one that finds every channel busy waits here, and its latency counts from then.
class Sender {
 public:
  Sender(asio::io_context& io, const base::Clock& clock, const Stream& stream,
         std::unique_ptr<Transport> transport, std::uint64_t seed)
      : io_(io),
        clock_(clock),
        stream_(stream),
        transport_(std::move(transport)),
        seed_(seed),
        timer_(io) {}

  base::Status prepare() {
    const auto inputs = transport_->inputs();
    if (!inputs) return tl::unexpected(base::with_context(stream_.name, inputs.error()));
    const auto tensors = make_payload(stream_, *inputs, seed_);
    if (!tensors) return tl::unexpected(tensors.error());
    transport_->set_request(*tensors);
    if (!stream_.pace) return {};
    auto arrivals = simulate::make_arrivals(stream_.arrivals, seed_);
    if (!arrivals) return tl::unexpected(base::with_context(stream_.name, arrivals.error()));
    arrivals_ = std::move(*arrivals);
    return {};
  }

  void start(const Window& window, std::function<void()> on_idle) {
    window_ = window;
    on_idle_ = std::move(on_idle);
    tally_.emplace(stream_, window.warm, window.end);
    if (arrivals_) {
      take_next();
      return wait_for_next();
    }
    sending_ = true;
    for (std::uint32_t i = 0; i < stream_.connections && may_send_more(window.start); ++i) {
      send(open(), window.start);
    }
  }

  [[nodiscard]] bool idle() const { return !sending_ && in_flight_ == 0 && waiting_.empty(); }

  /// No further arrivals.
  void stop() {
    sending_ = false;
    timer_.cancel();
  }

  StreamResult finish(base::Time until) {
    for (const auto intended : waiting_) tally_->unsent(intended);
    return tally_->finish(until);
  }

 private:
  /// Takes the next intended time, if there is one before the end.
  void take_next() {
    const auto due = arrivals_->next();
    sending_ = due && window_.start + *due < window_.end;
    if (sending_) due_ = window_.start + *due;
  }

  void wait_for_next() {
    if (!sending_) {
      if (idle()) on_idle_();
      return;
    }
    timer_.expires_after(due_ - clock_.now());
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      // Everything that is due by now: one wait may stand for several.
      while (sending_ && due_ <= clock_.now()) {
        dispatch(due_);
        take_next();
      }
      wait_for_next();
    });
  }

  void dispatch(base::Time intended) {
    if (!free_.empty()) {
      // The one used last: no more connections than needed stay busy.
      auto* channel = free_.back();
      free_.pop_back();
      send(channel, intended);
    } else if (channels_.size() < stream_.connections) {
      send(open(), intended);
    } else {
      waiting_.push_back(intended);
    }
  }

  /// Of a closed loop.
  [[nodiscard]] bool may_send_more(base::Time now) const {
    return now < window_.end && (stream_.arrivals.count == 0 || sent_ < stream_.arrivals.count);
  }

  Channel* open() {
    channels_.push_back(transport_->open(io_));
    return channels_.back().get();
  }

  void send(Channel* channel, base::Time intended) {
    ++in_flight_;
    ++sent_;
    tally_->sent(intended, clock_.now());
    channel->send(
        [this, channel, intended](const Answer& answer) { ended(channel, intended, answer); });
  }

  void ended(Channel* channel, base::Time intended, const Answer& answer) {
    const auto now = clock_.now();
    --in_flight_;
    tally_->ended(intended, now, answer);
    if (!arrivals_) {
      sending_ = sending_ && may_send_more(now);
      if (sending_) return send(channel, now);
    }
    if (!waiting_.empty()) {
      const auto next = waiting_.front();
      waiting_.pop_front();
      return send(channel, next);
    }
    free_.push_back(channel);
    if (idle()) on_idle_();
  }

  asio::io_context& io_;
  const base::Clock& clock_;
  const Stream& stream_;
  std::unique_ptr<Transport> transport_;
  std::uint64_t seed_;
  asio::steady_timer timer_;
  std::unique_ptr<simulate::Arrivals> arrivals_;  ///< null: a closed loop
  std::optional<Tally> tally_;
  Window window_{};
  std::function<void()> on_idle_;
  base::Time due_{};
  bool sending_ = false;
  std::uint64_t sent_ = 0;
  std::size_t in_flight_ = 0;
  std::deque<base::Time> waiting_;
  std::vector<std::unique_ptr<Channel>> channels_;
  std::vector<Channel*> free_;
};

std::unique_ptr<Transport> make_transport(const Plan& plan, const Stream& stream) {
  TransportOptions options{*parse_url(stream.url), stream, plan.timeout, plan.token};
  switch (options.target.protocol) {
    case Protocol::http:
      return make_http_transport(std::move(options));
    case Protocol::grpc:
      return make_grpc_transport(std::move(options));
    case Protocol::tcp:
      break;
  }
  return make_tcp_transport(std::move(options));
}

}  // namespace

base::Result<LoadResult> run(const Plan& plan, const base::Clock& clock, std::stop_token stop) {
  asio::io_context io(1);
  std::vector<std::unique_ptr<Sender>> senders;
  for (const auto& stream : plan.streams) {
    const auto seed = simulate::stream_seed(plan.seed, senders.size(), 0);
    senders.push_back(
        std::make_unique<Sender>(io, clock, stream, make_transport(plan, stream), seed));
    if (auto ready = senders.back()->prepare(); !ready) return tl::unexpected(ready.error());
  }

  const auto cpu = cpu_seconds();
  const auto start = clock.now();
  const Window window{start, start + plan.warm_up, start + plan.duration};
  auto until = window.end;
  const auto when_idle = [&] {
    for (const auto& sender : senders) {
      if (!sender->idle()) return;
    }
    io.stop();
  };
  // Answers may come for some time after the last request.
  asio::steady_timer last(io, plan.duration + plan.timeout);
  last.async_wait([&](const boost::system::error_code&) { io.stop(); });
  for (auto& sender : senders) sender->start(window, [&] { asio::post(io, when_idle); });
  const auto guard = asio::make_work_guard(io);
  const std::stop_callback stopping(stop, [&] {
    asio::post(io, [&] {
      until = clock.now();
      for (auto& sender : senders) sender->stop();
      io.stop();
    });
  });
  io.run();

  LoadResult result;
  result.cpu_seconds = cpu_seconds() - cpu;
  result.wall_seconds = base::to_seconds(clock.now() - start);
  for (auto& sender : senders) result.streams.push_back(sender->finish(until));
  return result;
}

}  // namespace sluice::load
