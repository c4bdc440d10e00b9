#include "serve/tcp/connection.hpp"

#include <algorithm>

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "serve/net/rate_limiter.hpp"
#include "serve/observer.hpp"
#include "serve/tcp/frame_v1.hpp"
#include "serve/tcp/translate.hpp"

namespace sluice::serve::tcp {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

}  // namespace

Connection::Connection(std::shared_ptr<net::Stream> stream, std::shared_ptr<const Context> context)
    : stream_(std::move(stream)), context_(std::move(context)), client_(stream_->peer()) {
  if (!context_->tokens.required()) role_ = net::Role::admin;
}

void Connection::start() {
  error_code ignored;
  stream_->socket().non_blocking(true, ignored);
  stream_->on_finish([weak = weak_from_this()] {
    if (const auto self = weak.lock()) {
      self->last_ = true;
      self->proceed();
    }
  });
  set_deadline();
  read();
}

// --- reading -------------------------------------------------------------------------------------

void Connection::read() {
  if (reading_ || ended_) return;
  const auto room = inbox_.room();
  if (room.empty()) return;
  reading_ = true;
  stream_->async_read_some(asio::buffer(room.data(), room.size()),
                           [self = shared_from_this()](error_code error, std::size_t size) {
                             self->on_read(error, size);
                           });
}

void Connection::on_read(error_code error, std::size_t size) {
  reading_ = false;
  if (ended_) return stream_->close_after_last_answer();
  if (error && error != asio::error::eof) return abandon();
  if (error) {
    last_ = true;
    reading_ = true;  // nothing more to read
    cancel_all();
  }
  inbox_.filled(size);
  proceed();
}

bool Connection::may_take() const {
  return !last_ && !v1_in_flight_ &&
         flights_.size() + outbox_.size() < std::max(context_->limits.pipelined, 1u);
}

void Connection::proceed() {
  if (proceeding_ || ended_) return;
  proceeding_ = true;
  bool all_taken = false;
  do {
    all_taken = take_frames();
    flush();
    // What was written may have made room for more.
  } while (!all_taken && !ended_ && may_take());
  proceeding_ = false;
  if (ended_) return;
  if (last_ && flights_.empty() && outbox_.empty()) return end();
  set_deadline();
  read();
}

bool Connection::take_frames() {
  partial_ = false;
  while (may_take()) {
    const auto next = inbox_.next(context_->limits.body_bytes);
    if (next != Inbox::Next::frame) {
      partial_ = next == Inbox::Next::more;
      if (next == Inbox::Next::malformed || next == Inbox::Next::too_large) misunderstood(next);
      return true;
    }
    const auto frame = inbox_.take();
    waiting_ = Waiting::none;  // the next frame has its own time
    if (read_prefix(frame.bytes()).version != 1) {
      handle_v2(frame);
    } else if (flights_.empty()) {
      handle_v1(frame);
    } else {
      last_ = true;  // version 1 has no ids, so it must not mix with what is in flight
    }
  }
  return false;
}

void Connection::misunderstood(Inbox::Next next) {
  last_ = true;
  const auto begun = inbox_.begun();
  const bool large = next == Inbox::Next::too_large;
  spdlog::debug("tcp: {}: {}", stream_->peer(),
                large ? "a frame beyond the limit" : "no frame of this protocol");
  if (large && read_prefix(begun).version == 2) {
    refuse_v2(v2::id_of(begun), too_large(read_prefix(begun).size, context_->limits));
  }
}

// --- requests ------------------------------------------------------------------------------------

void Connection::handle_v1(const InFrame& frame) {
  auto request = v1::decode_request(frame.bytes(), frame.memory, context_->limits);
  if (!request) {
    spdlog::debug("tcp: {}: malformed request: {}", stream_->peer(), request.error().message);
    last_ = true;
    return;
  }
  if (const auto no = refused()) return refuse_v1(request->model, *no);
  if (!request->problem.empty()) {
    return refuse_v1(request->model, refusal(Status::invalid, request->problem));
  }
  const auto model = context_->service.model(request->model, {});
  if (!model) return refuse_v1(request->model, serve::refuse(model.error()));
  const auto& inputs = model->info.inputs;
  for (std::size_t i = 0; i < std::min(inputs.size(), request->inputs.size()); ++i) {
    request->inputs[i].rename(inputs[i].name);
  }
  InferRequest infer_request;
  infer_request.model = std::move(request->model);
  infer_request.inputs = std::move(request->inputs);
  v1_in_flight_ = true;
  Flight flight;
  flight.id = ++last_v1_;
  flight.version = 1;
  infer(std::move(flight), std::move(infer_request));
}

void Connection::handle_v2(const InFrame& frame) {
  auto message = v2::decode_client(frame.bytes(), frame.memory, context_->limits);
  if (!message) {
    return refuse_v2(v2::id_of(frame.bytes()), refusal(Status::invalid, message.error().message));
  }
  std::visit([this](auto& one) { handle(one); }, *message);
}

std::optional<Refusal> Connection::refused() const {
  if (!role_) return no_token();
  const auto wait = context_->rates.take(client_, context_->clock.now());
  if (wait > base::Duration::zero()) return too_often(wait);
  return std::nullopt;
}

void Connection::handle(v2::Infer& message) {
  if (const auto no = refused()) return refuse_v2(message.id, *no);
  if (std::ranges::any_of(flights_, [&](const Flight& f) { return f.id == message.id; })) {
    return refuse_v2(message.id, id_in_use(message.id));
  }
  Flight flight;
  flight.id = message.id;
  flight.outputs = message.outputs;
  infer(std::move(flight), to_request(std::move(message)));
}

void Connection::handle(const v2::Cancel& cancel) {
  const auto flight = std::ranges::find(flights_, cancel.id, &Flight::id);
  if (flight == flights_.end()) return;
  // It may complete, and so leave the list, from within.
  const auto handle = flight->handle;
  handle.cancel();
}

void Connection::handle(const v2::Ping& ping) {
  answer(v2::Pong{ping.id, context_->service.ready()});
}

void Connection::handle(const v2::ListModels& list) {
  if (!role_) return refuse_v2(list.id, no_token());
  answer(v2::ModelList{list.id, context_->service.models()});
}

void Connection::handle(const v2::DescribeModel& describe) {
  if (!role_) return refuse_v2(describe.id, no_token());
  auto model = context_->service.model(describe.model, describe.version);
  if (!model) return refuse_v2(describe.id, serve::refuse(model.error()));
  answer(v2::ModelReply{describe.id, std::move(*model)});
}

void Connection::handle(const v2::Hello& hello) {
  if (context_->tokens.required()) {
    role_ = context_->tokens.role(hello.token);
    if (!role_) {
      last_ = true;
      return refuse_v2(hello.id, unknown_token());
    }
    client_ = hello.token;
  }
  const auto info = context_->service.info();
  answer(v2::Welcome{hello.id, info.name, info.version, context_->limits.body_bytes,
                     context_->limits.pipelined});
}

void Connection::infer(Flight flight, InferRequest request) {
  const auto id = flight.id;
  flight.start = context_->clock.now();
  flights_.push_back(std::move(flight));
  auto handle = context_->service.infer(
      std::move(request), [self = shared_from_this(), id](InferReply reply) {
        const auto executor = self->stream_->get_executor();
        if (executor.running_in_this_thread()) return self->on_reply(id, std::move(reply));
        asio::post(executor, [self, id, reply = std::move(reply)]() mutable {
          self->on_reply(id, std::move(reply));
        });
      });
  const auto known = std::ranges::find(flights_, id, &Flight::id);
  if (known != flights_.end()) known->handle = std::move(handle);
}

// --- answers -------------------------------------------------------------------------------------

void Connection::on_reply(std::uint64_t id, InferReply&& reply) {
  const auto known = std::ranges::find(flights_, id, &Flight::id);
  if (known == flights_.end()) return;  // the connection is gone
  const Flight flight = std::move(*known);
  flights_.erase(known);
  if (context_->observer != nullptr) {
    context_->observer->on_call("tcp", "infer", reply.status, context_->clock.now() - flight.start);
  }
  if (flight.version == 1) {
    v1_in_flight_ = false;
    answer_v1(reply);
  } else {
    answer_v2(flight, reply);
  }
  proceed();
}

void Connection::answer_v1(const InferReply& reply) {
  if (reply.status != Status::ok) return refuse_v1(reply.model, reply.refusal);
  outbox_.push(v1::encode_response(v1::Code::ok, reply.outputs));
}

void Connection::answer_v2(const Flight& flight, InferReply& reply) {
  if (reply.status != Status::ok) return refuse_v2(flight.id, reply.refusal);
  auto message = to_reply(flight.id, flight.outputs, std::move(reply));
  if (!message) {
    return refuse_v2(flight.id, refusal(Status::invalid, message.error().message));
  }
  answer(*message);
}

void Connection::refuse_v1(const std::string& model, const Refusal& no) {
  // All that its clients can be told is a number.
  spdlog::debug("tcp: {}: model {}: {}", stream_->peer(), model, no.message);
  outbox_.push(v1::encode_response(v1_code(no.status), {}));
}

void Connection::refuse_v2(std::uint64_t id, const Refusal& no) {
  answer(to_error(id, no, context_->clock.now()));
}

// --- writing -------------------------------------------------------------------------------------

void Connection::flush() {
  if (writing_ || ended_) return;
  while (!outbox_.empty() && !stream_->encrypted()) {
    error_code error;
    const auto size = stream_->socket().write_some(outbox_.buffers(), error);
    if (error == asio::error::would_block) break;
    if (error) return abandon();
    outbox_.written(size);
  }
  if (outbox_.empty()) return;
  writing_ = true;
  waiting_ = Waiting::none;  // each piece has its own time
  stream_->async_write_some(outbox_.buffers(),
                            [self = shared_from_this()](error_code error, std::size_t size) {
                              self->on_written(error, size);
                            });
}

void Connection::on_written(error_code error, std::size_t size) {
  writing_ = false;
  if (error) return abandon();
  outbox_.written(size);
  proceed();
}

// --- ends ----------------------------------------------------------------------------------------

void Connection::set_deadline() {
  const auto waiting = writing_            ? Waiting::write
                       : partial_          ? Waiting::rest
                       : !flights_.empty() ? Waiting::answer
                                           : Waiting::request;
  if (waiting == waiting_) return;
  waiting_ = waiting;
  const auto& limits = context_->limits;
  switch (waiting) {
    case Waiting::write:
      return stream_->expires_after(limits.write_timeout);
    case Waiting::rest:
      return stream_->expires_after(limits.read_timeout);
    case Waiting::request:
      return stream_->expires_after(limits.idle_timeout);
    case Waiting::answer:
    case Waiting::none:
      return stream_->expires_after(base::kForever);
  }
}

void Connection::cancel_all() {
  std::vector<InferHandle> handles;
  for (const auto& flight : flights_) handles.push_back(flight.handle);
  for (const auto& handle : handles) handle.cancel();
}

void Connection::abandon() {
  if (ended_) return;
  ended_ = true;
  cancel_all();
  flights_.clear();
  outbox_.clear();
  stream_->close();
}

void Connection::end() {
  ended_ = true;
  if (!reading_) return stream_->close_after_last_answer();
  // The read that is pending ends with an error; from there.
  error_code ignored;
  stream_->socket().cancel(ignored);
}

}  // namespace sluice::serve::tcp
