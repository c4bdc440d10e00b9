#include "serve/zmq/server.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <boost/json/string.hpp>
#include <spdlog/spdlog.h>

#include "base/json.hpp"
#include "serve/net/rate_limiter.hpp"
#include "serve/zmq/detector.hpp"

namespace sluice::serve::zmq {
namespace {

/// Between looks at whether the model is ready, while somebody waits for that.
constexpr std::chrono::milliseconds kLook(20);
/// Clients whose question whether it is may wait.
constexpr std::size_t kMostWaiting = 256;

Refusal refusal_of(Status status, std::string message, std::string reason = {}) {
  Refusal refusal;
  refusal.status = status;
  refusal.message = std::move(message);
  refusal.reason = std::move(reason);
  return refusal;
}

/// What a client wrote, for the log.
std::string quoted(const std::string& text) {
  return base::to_json(boost::json::string(text));
}

/// What came of a picture; made on whatever thread, sent on the server's.
struct Outcome {
  std::vector<std::string> envelope;
  std::string peer;
  base::Time start{};
  Prepared prepared;
  InferReply reply;
};

/// Outcomes on their way to the server's thread. Thread-safe; outlives the server while an
/// inference is in flight.
class Outcomes {
 public:
  explicit Outcomes(messaging::Router* router) : router_(router) {}

  void add(Outcome outcome) {
    const std::scoped_lock lock(mutex_);
    if (router_ == nullptr) return;  // nobody is left to send it
    outcomes_.push_back(std::move(outcome));
    router_->wake();
  }
  std::vector<Outcome> take() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(outcomes_, {});
  }
  void wake() {
    const std::scoped_lock lock(mutex_);
    if (router_ != nullptr) router_->wake();
  }
  void close() {
    const std::scoped_lock lock(mutex_);
    router_ = nullptr;
  }

 private:
  std::mutex mutex_;
  messaging::Router* router_;
  std::vector<Outcome> outcomes_;
};

class RunningServer final : public Server {
 public:
  RunningServer(std::unique_ptr<messaging::Router> router, const ZmqOptions& options,
                ServerParts parts)
      : router_(std::move(router)),
        port_(router_->port()),
        options_(options),
        parts_(std::move(parts)),
        detector_(options_, parts_.service, parts_.detection),
        outcomes_(std::make_shared<Outcomes>(router_.get())),
        thread_([this] { run(); }) {}
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;
  ~RunningServer() override { RunningServer::stop(base::Duration{0}); }

  [[nodiscard]] std::uint16_t port() const override { return port_; }

  void stop(base::Duration grace) override {
    const std::scoped_lock lock(stopping_);
    if (!thread_.joinable()) return;
    // kNever means that nobody has called this.
    end_ = std::min(base::add(parts_.clock.now(), grace), base::kNever - base::Duration(1));
    outcomes_->wake();
    thread_.join();
  }

 private:
  /// Somebody who asked whether the model is ready, while it was not.
  struct Waiting {
    std::vector<std::string> envelope;
    base::Time start{};
  };

  void run() {
    const auto ended = [this] {
      const auto end = end_.load();
      return end != base::kNever && (in_flight_ == 0 || parts_.clock.now() >= end);
    };
    for (;;) {
      for (auto& outcome : outcomes_->take()) finish(outcome);
      answer_waiting();
      if (ended()) break;
      const bool stopping = end_.load() != base::kNever;
      auto message = router_->receive(stopping || !waiting_.empty() ? kLook : base::kForever);
      if (message) handle(*message);
    }
    outcomes_->close();
    router_.reset();  // sends what is written, on the thread that used it
  }

  void handle(messaging::Message& message) {
    const auto start = parts_.clock.now();
    auto request = parse_request(message.parts, parts_.limits);
    if (message.cut) {
      request = base::fail(base::ErrorCode::invalid, "more than {} parts; two are wanted",
                           message.parts.size());
    }
    if (!request) {
      return refuse_picture(message, start, refusal_of(Status::invalid, request.error().message));
    }
    if (auto* picture = std::get_if<Picture>(&*request)) return infer(message, start, *picture);
    if (const auto* file = std::get_if<ModelFile>(&*request)) {
      const auto problem =
          fmt::format("this server detects with task {} and takes no model files", options_.task);
      spdlog::warn("zmq: {} sends the model file {}; {}", message.peer, quoted(file->model),
                   problem);
      return send(message.envelope, encode_file_refused(problem), "metadata", Status::unsupported,
                  start);
    }
    spdlog::info("zmq: {} asks for model {}; {} detects", message.peer,
                 quoted(std::get<ModelQuestion>(*request).model), options_.task);
    waiting_.push_back({std::move(message.envelope), start});
  }

  void infer(messaging::Message& message, base::Time start, const Picture& picture) {
    const auto wait = parts_.rates.take(message.peer, start);
    if (wait > base::Duration::zero()) {
      return refuse_picture(
          message, start,
          refusal_of(Status::overloaded, "more requests than one client may send", "rate_limited"));
    }
    auto prepared = detector_.prepare(picture);
    if (!prepared) return refuse_picture(message, start, prepared.error());
    // The time it took to get here is the client's, too.
    *prepared->request.timeout -= parts_.clock.now() - start;
    auto request = std::move(prepared->request);
    auto outcome =
        std::make_shared<Outcome>(Outcome{std::move(message.envelope), std::move(message.peer),
                                          start, std::move(*prepared), InferReply{}});
    ++in_flight_;
    parts_.service.infer(std::move(request), [outcomes = outcomes_, outcome](InferReply reply) {
      outcome->reply = std::move(reply);
      outcomes->add(std::move(*outcome));
    });
  }

  void finish(Outcome& outcome) {
    --in_flight_;
    auto& reply = outcome.reply;
    if (reply.status == Status::ok) {
      auto rows = detector_.read(outcome.prepared, reply);
      if (rows) {
        return send(outcome.envelope, encode_detections(*rows, reply.decision), "infer", Status::ok,
                    outcome.start);
      }
      reply.status = rows.error().status;
      reply.refusal = std::move(rows.error());
    }
    spdlog::debug("zmq: {}: {}", outcome.peer, reply.refusal.message);
    send(outcome.envelope, encode_refusal(reply.refusal), "infer", reply.status, outcome.start);
  }

  void refuse_picture(const messaging::Message& message, base::Time start, const Refusal& refusal) {
    spdlog::debug("zmq: {}: {}", message.peer, refusal.message);
    send(message.envelope, encode_refusal(refusal), "infer", refusal.status, start);
  }

  void answer_waiting() {
    if (waiting_.empty()) return;
    const auto ready = detector_.ready();
    const auto now = parts_.clock.now();
    while (!waiting_.empty()) {
      const auto& oldest = waiting_.front();
      const bool enough = now - oldest.start >= kMostWait || waiting_.size() > kMostWaiting ||
                          end_.load() != base::kNever;
      if (!ready && !enough) return;
      if (!ready) spdlog::warn("zmq: the model is not ready: {}", ready.error().message);
      send(oldest.envelope, encode_model_state(ready ? std::string() : ready.error().message),
           "metadata", ready ? Status::ok : status_of(ready.error().code), oldest.start);
      waiting_.pop_front();
    }
  }

  void send(const std::vector<std::string>& envelope, const std::vector<std::string>& parts,
            const char* call, Status status, base::Time start) {
    if (!router_->send(envelope, parts)) status = Status::cancelled;
    parts_.on_call(call, status, parts_.clock.now() - start);
  }

  std::unique_ptr<messaging::Router> router_;  ///< the thread's own, but for wake()
  const std::uint16_t port_;
  const ZmqOptions options_;
  const ServerParts parts_;
  Detector detector_;
  std::shared_ptr<Outcomes> outcomes_;
  std::deque<Waiting> waiting_;
  std::size_t in_flight_ = 0;
  std::atomic<base::Time> end_{base::kNever};
  std::mutex stopping_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Server> Server::start(std::unique_ptr<messaging::Router> router,
                                      const ZmqOptions& options, ServerParts parts) {
  return std::make_unique<RunningServer>(std::move(router), options, std::move(parts));
}

base::Result<std::unique_ptr<Server>> Server::start(const ZmqOptions& options, ServerParts parts) {
  messaging::RouterOptions listen;
  listen.address = options.listen.address;
  listen.port = options.listen.port;
  listen.most_bytes = parts.limits.body_bytes;
  auto router = messaging::open_router(listen);
  if (!router) return tl::unexpected(router.error());
  return start(std::move(*router), options, std::move(parts));
}

}  // namespace sluice::serve::zmq
