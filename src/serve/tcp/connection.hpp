// One client of the TCP server.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "serve/net/stream.hpp"
#include "serve/net/tokens.hpp"
#include "serve/service.hpp"
#include "serve/tcp/frame_v2.hpp"
#include "serve/tcp/inbox.hpp"
#include "serve/tcp/outbox.hpp"
#include "serve/tcp/server.hpp"

namespace sluice::serve::tcp {

/// Reads frames, calls the service, writes the answers. Callbacks rather than a coroutine: an
/// answer that is there at once is written from within the read.
///
/// Lives while a read, a write or an inference of it is pending. Used on the stream's thread.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<net::Stream> stream, std::shared_ptr<const Context> context);
  void start();

 private:
  /// An inference that has no answer yet.
  struct Flight {
    std::uint64_t id = 0;
    std::uint16_t version = 2;
    base::Time start{};
    std::vector<std::string> outputs;
    InferHandle handle;
  };

  void read();
  void on_read(boost::system::error_code error, std::size_t size);
  /// Handles the frames that are there, as far as the bounds allow, and writes the answers.
  void proceed();
  /// False: a bound stopped it.
  bool take_frames();
  [[nodiscard]] bool may_take() const;
  void misunderstood(Inbox::Next next);
  void handle_v1(const InFrame& frame);
  void handle_v2(const InFrame& frame);
  void handle(v2::Infer& infer);
  void handle(const v2::Cancel& cancel);
  void handle(const v2::Ping& ping);
  void handle(const v2::ListModels& list);
  void handle(const v2::DescribeModel& describe);
  void handle(const v2::Hello& hello);

  /// nullopt: go on.
  [[nodiscard]] std::optional<Refusal> refused() const;
  void infer(Flight flight, InferRequest request);
  void on_reply(std::uint64_t id, InferReply&& reply);
  void answer_v1(const InferReply& reply);
  void answer_v2(const Flight& flight, InferReply& reply);
  void answer(const v2::ServerMessage& message) { outbox_.push(v2::encode(message)); }
  void refuse_v1(const std::string& model, const Refusal& no);
  void refuse_v2(std::uint64_t id, const Refusal& no);

  void flush();
  void on_written(boost::system::error_code error, std::size_t size);
  void set_deadline();
  void cancel_all();
  void abandon();
  void end();

  std::shared_ptr<net::Stream> stream_;
  std::shared_ptr<const Context> context_;
  std::string client_;  ///< for rates
  std::optional<net::Role> role_;
  Inbox inbox_;
  Outbox outbox_;
  std::vector<Flight> flights_;
  bool v1_in_flight_ = false;
  std::uint64_t last_v1_ = 0;
  bool reading_ = false;
  bool writing_ = false;
  bool proceeding_ = false;
  bool partial_ = false;  ///< a frame has begun and is not all there
  bool last_ = false;     ///< no further frame is taken: hung up, stopping, or not understood
  bool ended_ = false;
  enum class Waiting { none, request, rest, answer, write };
  Waiting waiting_ = Waiting::none;
};

}  // namespace sluice::serve::tcp
