#include "serve/http/connection.hpp"

#include <algorithm>
#include <deque>
#include <optional>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <spdlog/spdlog.h>

#include "serve/http/errors.hpp"
#include "serve/http/exchange.hpp"
#include "serve/net/stream.hpp"

namespace sluice::serve::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast::http;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Executor = net::Stream::executor_type;
template <class T>
using Awaitable = asio::awaitable<T, Executor>;
using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;
using Parser = beast::request_parser<beast::string_body>;

// GCC 12 miscompiles co_await within conditions here: results are named first.
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable_t<Executor>());
constexpr std::size_t kReadSize = 8192;
/// A body grows by steps, so that a client holds no more memory than it sent bytes, or this.
constexpr std::size_t kBodyStep = 1 << 20;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<net::Stream> stream, std::shared_ptr<const Api> api)
      : stream_(std::move(stream)),
        api_(std::move(api)),
        limits_(api_->limits()),
        writer_wakes_(stream_->get_executor()),
        reader_wakes_(stream_->get_executor()),
        patience_(stream_->get_executor()),
        buffer_(std::max<std::size_t>(limits_.header_bytes, kReadSize) + kReadSize) {}

  void start() {
    error_code ignored;
    stream_->socket().non_blocking(true, ignored);  // for write_now()
    stream_->on_finish([weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->finish();
    });
    asio::co_spawn(stream_->get_executor(), run_reader(shared_from_this()), asio::detached);
    asio::co_spawn(stream_->get_executor(), run_writer(shared_from_this()), asio::detached);
  }

 private:
  // Each keeps the connection alive until it ends.
  static Awaitable<void> run_reader(std::shared_ptr<Connection> self) {
    co_await self->read();
    self->ended();
  }
  static Awaitable<void> run_writer(std::shared_ptr<Connection> self) {
    co_await self->write();
    self->ended();
  }
  // Reading.
  Awaitable<void> read();
  Awaitable<bool> read_request();
  bool take_body(const Parser& parser, std::string& body);
  Awaitable<error_code> read_body(Parser& parser, std::string& body);
  Awaitable<void> watch();
  void take(Parser& parser, std::string body);
  void refuse_request(Response response);
  // Writing.
  void on_answer();
  void begin_answer(Exchange& exchange) const;
  bool write_now(Exchange& exchange);
  bool answer_sent();
  Awaitable<void> write();
  Awaitable<bool> send(const Exchange& exchange);
  Awaitable<void> send_events(const Exchange& exchange);
  template <class Buffers>
  Awaitable<bool> send_bytes(const Buffers& buffers);

  [[nodiscard]] bool has_room() const {
    return queue_.size() < std::max(limits_.pipelined, 1u) && held_ < limits_.body_bytes;
  }
  void hang_up();
  void finish();
  void ended();
  void be_patient(base::Duration time);
  void arm();

  std::shared_ptr<net::Stream> stream_;
  std::shared_ptr<const Api> api_;
  const net::Limits& limits_;
  Timer writer_wakes_, reader_wakes_;
  Timer patience_;
  Clock::time_point patient_until_ = Clock::time_point::max();
  Clock::time_point armed_ = Clock::time_point::max();
  boost::beast::flat_buffer buffer_;
  std::deque<std::shared_ptr<Exchange>> queue_;  ///< in the order of the requests
  std::size_t held_ = 0;                         ///< bytes of their bodies
  bool reading_ = false;                         ///< a request has begun and not ended
  bool timed_out_ = false;                       ///< while it was read
  bool last_ = false;                            ///< no further request is taken
  bool stopping_ = false;                        ///< the server stops
  bool reader_ended_ = false, writer_ended_ = false;
  bool writer_waits_ = false;  ///< for an answer
  bool answered_last_ = false;
  bool gone_ = false;  ///< the client closed its side, or the connection is lost
};

/// Suspends until the timer is cancelled.
Awaitable<void> wait(Timer& timer) {
  timer.expires_at(Clock::time_point::max());
  co_await timer.async_wait(kAwait);
}

Awaitable<void> Connection::read() {
  bool more = true;
  while (more && !last_ && !gone_) {
    while (!has_room() && !gone_) co_await wait(reader_wakes_);
    if (!gone_) more = co_await read_request();
  }
  be_patient(base::kForever);
  if (!gone_ && !queue_.empty()) co_await watch();
  reader_ended_ = true;
  writer_wakes_.cancel();
}

/// Reads one request and has it answered; false: there will be no other.
Awaitable<bool> Connection::read_request() {
  if (buffer_.size() == 0) {
    if (queue_.empty()) be_patient(limits_.idle_timeout);
    const auto [error, size] =
        co_await stream_->async_read_some(buffer_.prepare(kReadSize), kAwait);
    if (error) {
      hang_up();
      co_return false;
    }
    buffer_.commit(size);
  }
  reading_ = true;
  be_patient(limits_.read_timeout);
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
  parser.body_limit(limits_.body_bytes);
  error_code error;
  buffer_.consume(parser.put(buffer_.data(), error));
  if (error == beast::error::need_more) {
    const auto read = co_await beast::async_read_header(*stream_, buffer_, parser, kAwait);
    error = std::get<0>(read);
  }
  std::string body;
  if (!error && !take_body(parser, body)) error = co_await read_body(parser, body);
  reading_ = false;
  be_patient(base::kForever);
  if (timed_out_) co_return false;  // and the client was told so
  if (error) {
    auto response = complaint(error);
    if (response) {
      refuse_request(std::move(*response));
    } else {
      hang_up();
    }
    co_return false;
  }
  take(parser, std::move(body));
  co_return !last_;
}

/// False: the body is not all there, or takes more than copying.
bool Connection::take_body(const Parser& parser, std::string& body) {
  const std::size_t length = parser.content_length().value_or(0);
  if (parser.chunked() || length > buffer_.size() || parser.get().count(beast::field::expect) > 0) {
    return false;
  }
  body.assign(static_cast<const char*>(buffer_.data().data()), length);
  buffer_.consume(length);
  return true;
}

Awaitable<error_code> Connection::read_body(Parser& parser, std::string& body) {
  const auto& message = parser.get();
  if (beast::token_list(message[beast::field::expect]).exists("100-continue")) {
    // Answers to earlier requests come first.
    while (!queue_.empty() && !gone_) co_await wait(reader_wakes_);
    const std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
    const bool sent = co_await send_bytes(asio::buffer(text));
    if (!sent) co_return asio::error::connection_aborted;
  }
  if (parser.chunked()) {
    const auto [error, size] = co_await beast::async_read(*stream_, buffer_, parser, kAwait);
    body = std::move(parser.get().body());
    co_return error;
  }
  const std::size_t length = parser.content_length().value_or(0);
  if (length > limits_.body_bytes) co_return make_error_code(beast::error::body_limit);
  body.reserve(length);
  const std::size_t have = std::min(length, buffer_.size());
  body.assign(static_cast<const char*>(buffer_.data().data()), have);
  buffer_.consume(have);
  while (body.size() < length) {
    const std::size_t from = body.size();
    body.resize(std::min(length, from + kBodyStep));
    const auto [error, size] = co_await asio::async_read(
        *stream_, asio::buffer(body.data() + from, body.size() - from), kAwait);
    if (error) co_return error;
  }
  co_return error_code();
}

/// After the last request: notices a client that leaves before its answer.
Awaitable<void> Connection::watch() {
  std::array<char, 512> ignored;
  for (;;) {
    const auto [error, size] = co_await stream_->async_read_some(asio::buffer(ignored), kAwait);
    if (error && !writer_ended_) hang_up();
    if (error || writer_ended_) co_return;
  }
}

void Connection::take(Parser& parser, std::string body) {
  const auto& message = parser.get();
  if (message.version() == 11 && message.count(beast::field::host) != 1) {
    return refuse_request(error_response(400, "HTTP/1.1 needs one Host field"));
  }
  if (message.count(beast::field::transfer_encoding) > 0 && !parser.chunked()) {
    return refuse_request(error_response(400, "the only known Transfer-Encoding is chunked"));
  }
  const auto text = [&message](auto field) {
    const auto value = message[field];
    return std::string(value.data(), value.size());
  };
  Request request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  request.fields = {text(beast::field::authorization),    text(beast::field::accept_encoding),
                    text(beast::field::content_encoding), text("Inference-Header-Content-Length"),
                    text(beast::field::if_none_match),    text("traceparent"),
                    text(beast::field::content_type)};
  request.peer = stream_->peer();

  auto exchange = std::make_shared<Exchange>();
  exchange->framing = {message.version(), message.keep_alive()};
  exchange->head = message.method() == beast::verb::head;
  exchange->bytes = body.size();
  last_ = last_ || !message.keep_alive();
  held_ += body.size();
  queue_.push_back(exchange);
  request.body = std::make_shared<const std::string>(std::move(body));
  const auto self = shared_from_this();
  request.defer = [self](std::function<void()> work) {
    asio::dispatch(self->stream_->get_executor(), std::move(work));
  };
  const auto respond = [self, exchange](Response response) {
    asio::dispatch(self->stream_->get_executor(),
                   [self, exchange, response = std::move(response)]() mutable {
                     exchange->response = std::move(response);
                     exchange->answered = true;
                     self->on_answer();
                   });
  };
  try {
    exchange->handle = api_->call(std::move(request), respond);
  } catch (const std::exception& e) {
    spdlog::error("a request failed: {}", e.what());
    if (!exchange->answered) respond(error_response(500, "the server failed"));
  }
}

/// Answers what is no request; nothing more is read.
void Connection::refuse_request(Response response) {
  auto exchange = std::make_shared<Exchange>();
  exchange->framing.keep_alive = false;
  exchange->response = std::move(response);
  exchange->answered = true;
  queue_.push_back(std::move(exchange));
  last_ = true;
  writer_wakes_.cancel();
}

/// Writes what the socket takes at once, so that the writer need not wake up for it.
void Connection::on_answer() {
  if (!writer_waits_) return;
  bool more = true;
  while (more && !queue_.empty() && queue_.front()->answered) {
    begin_answer(*queue_.front());
    if (!write_now(*queue_.front())) break;
    more = answer_sent();
  }
  const bool left = !queue_.empty() && queue_.front()->answered;
  if (left || answered_last_ || reader_ended_) writer_wakes_.cancel();
}

void Connection::begin_answer(Exchange& exchange) const {
  if (!exchange.head_text.empty()) return;
  if (last_ && queue_.size() == 1) exchange.framing.keep_alive = false;
  exchange.head_text = response_head(exchange.response, exchange.framing);
}

/// False: not all of it was written.
bool Connection::write_now(Exchange& exchange) {
  if (stream_->encrypted() || exchange.response.events || gone_) return false;
  const auto buffers = unsent(exchange);
  error_code error;
  exchange.sent += stream_->socket().write_some(buffers, error);
  return !error && unsent(exchange).empty();
}

/// The first answer of the queue has been. False: it was the last one.
bool Connection::answer_sent() {
  const auto exchange = std::move(queue_.front());
  queue_.pop_front();
  held_ -= exchange->bytes;
  reader_wakes_.cancel();
  answered_last_ = !exchange->framing.keep_alive;
  if (queue_.empty() && !reading_ && !answered_last_) be_patient(limits_.idle_timeout);
  return !answered_last_;
}

Awaitable<void> Connection::write() {
  while (!answered_last_) {
    if (queue_.empty() && reader_ended_) break;
    if (queue_.empty() || !queue_.front()->answered) {
      writer_waits_ = true;
      co_await wait(writer_wakes_);
      writer_waits_ = false;
      continue;
    }
    const auto exchange = queue_.front();
    begin_answer(*exchange);
    const bool sent = co_await send(*exchange);
    if (!sent) {
      hang_up();
      break;
    }
    answer_sent();
  }
  writer_ended_ = true;
  error_code ignored;
  if (!reader_ended_) stream_->socket().cancel(ignored);
  reader_wakes_.cancel();
}

Awaitable<bool> Connection::send(const Exchange& exchange) {
  const auto buffers = unsent(exchange);
  const bool sent = co_await send_bytes(buffers);
  if (!exchange.response.events || exchange.head) co_return sent;
  if (sent) co_await send_events(exchange);
  co_return false;
}

Awaitable<void> Connection::send_events(const Exchange& exchange) {
  while (!gone_ && !stopping_) {
    const std::string event = exchange.response.events();
    const bool sent = co_await send_bytes(asio::buffer(event));
    if (!sent) break;
    writer_wakes_.expires_after(exchange.response.event_interval);
    co_await writer_wakes_.async_wait(kAwait);
  }
}

template <class Buffers>
Awaitable<bool> Connection::send_bytes(const Buffers& buffers) {
  stream_->expires_after(limits_.write_timeout);
  const auto [error, size] = co_await asio::async_write(*stream_, buffers, kAwait);
  stream_->expires_after(base::kForever);
  co_return !error;
}

/// What is queued for a client that left need not run.
void Connection::hang_up() {
  gone_ = true;
  const auto waiting = queue_;
  for (const auto& exchange : waiting) {
    if (!exchange->answered) exchange->handle.cancel();
  }
  writer_wakes_.cancel();
}

/// The server stops: answers what was asked, no more.
void Connection::finish() {
  last_ = true;
  stopping_ = true;
  if (queue_.empty() && !reading_) stream_->close();
  writer_wakes_.cancel();
}

void Connection::ended() {
  if (!reader_ended_ || !writer_ended_) return;
  patience_.cancel();
  if (gone_) {
    stream_->close();
  } else {
    stream_->close_after_last_answer();
  }
}

/// The client must send something within `time`.
void Connection::be_patient(base::Duration time) {
  patient_until_ = time == base::kForever ? Clock::time_point::max() : Clock::now() + time;
  if (patient_until_ < armed_) arm();
}

/// As Stream's own deadline: a timer that fires too early looks again.
void Connection::arm() {
  armed_ = patient_until_;
  patience_.expires_at(armed_);
  patience_.async_wait([weak = weak_from_this()](error_code error) {
    const auto self = weak.lock();
    if (error || !self) return;
    self->armed_ = Clock::time_point::max();
    if (Clock::now() < self->patient_until_) {
      if (self->patient_until_ != Clock::time_point::max()) self->arm();
    } else if (self->reading_) {
      self->timed_out_ = true;
      self->refuse_request(error_response(408, "the request did not come in time"));
    } else {
      self->stream_->close();
    }
  });
}

}  // namespace

void serve_connection(std::shared_ptr<net::Stream> stream, std::shared_ptr<const Api> api) {
  std::make_shared<Connection>(std::move(stream), std::move(api))->start();
}

}  // namespace sluice::serve::http
