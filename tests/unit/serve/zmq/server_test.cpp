#include "serve/zmq/server.hpp"

#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <set>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include "base/manual_clock.hpp"
#include "serve/net/rate_limiter.hpp"
#include "serve/zmq/detector_message.hpp"
#include "unit/serve/tcp/fake_service.hpp"
#include "zmq_helpers.hpp"

namespace sluice::serve::zmq {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

struct Sent {
  std::string client;
  std::vector<std::string> parts;
};

/// What the test and the server's router share.
struct Wire {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<messaging::Message> in;
  std::deque<Sent> out;
  std::set<std::string> gone;
  bool woken = false;
  bool closed = false;

  void put(const std::string& client, const std::vector<std::string>& parts, bool cut = false) {
    const std::scoped_lock lock(mutex);
    in.push_back({{client, ""}, "10.0.0.1", parts_of(parts), cut});
    changed.notify_all();
  }
  Sent next() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return !out.empty(); });
    auto sent = std::move(out.front());
    out.pop_front();
    return sent;
  }
};

class FakeRouter final : public messaging::Router {
 public:
  explicit FakeRouter(std::shared_ptr<Wire> wire) : wire_(std::move(wire)) {}
  ~FakeRouter() override {
    const std::scoped_lock lock(wire_->mutex);
    wire_->closed = true;
  }
  [[nodiscard]] std::uint16_t port() const override { return 5555; }
  std::optional<messaging::Message> receive(base::Duration timeout) override {
    std::unique_lock lock(wire_->mutex);
    const auto any = [this] { return !wire_->in.empty() || wire_->woken; };
    if (timeout == base::kForever) {
      wire_->changed.wait(lock, any);
    } else {
      wire_->changed.wait_for(lock, timeout, any);
    }
    wire_->woken = false;
    if (wire_->in.empty()) return std::nullopt;
    auto message = std::move(wire_->in.front());
    wire_->in.pop_front();
    return message;
  }
  bool send(const std::vector<std::string>& envelope, std::span<const std::string> parts) override {
    const std::scoped_lock lock(wire_->mutex);
    if (wire_->gone.contains(envelope.at(0))) return false;
    wire_->out.push_back({envelope.at(0), {parts.begin(), parts.end()}});
    wire_->changed.notify_all();
    return true;
  }
  void wake() override {
    const std::scoped_lock lock(wire_->mutex);
    wire_->woken = true;
    wire_->changed.notify_all();
  }

 private:
  std::shared_ptr<Wire> wire_;
};

/// Its model's outputs are its input: 32 rows of left, top, right, bottom, score, class.
class BoxService final : public tcp::FakeService {
 public:
  InferHandle infer(InferRequest request, InferDone done) override {
    return FakeService::infer(std::move(request), [done = std::move(done)](InferReply reply) {
      for (auto& output : reply.outputs) {
        output = tensor::Tensor::borrow("found", tensor::DType::fp32, {1, 32, 6}, output.data(),
                                        std::make_shared<tensor::Tensor>(output))
                     .value();
      }
      done(std::move(reply));
    });
  }
  base::Result<ModelDescription> model(const std::string& name, const std::string&) const override {
    if (!loaded) return base::fail(base::ErrorCode::unavailable, "the models are being loaded");
    ModelDescription model;
    model.name = name;
    model.version = "1";
    model.info.name = name;
    model.info.backend = "onnxruntime";
    model.info.inputs = {{"images", tensor::DType::fp32, {1, 3, 8, 8}}};
    model.info.outputs = {{"found", tensor::DType::fp32, {1, 32, 6}}};
    return model;
  }
  std::atomic<bool> loaded{true};
};

/// A server of the model `boxes` for clients of the test.
struct Running {
  explicit Running(vision::post::PostProcess post = found_boxes(), double rate = 0)
      : rates(rate, 1) {
    auto configured = std::make_shared<Detection>();
    vision::PreprocessOptions preprocess;
    preprocess.scale = 1;
    configured->models["boxes"] = {preprocess, std::move(post)};
    detection.set(std::move(configured));
  }
  static vision::post::PostProcess found_boxes() {
    vision::post::YoloOptions yolo;
    yolo.head = vision::post::YoloHead::end_to_end;
    return yolo;
  }
  void start() {
    options.task = "boxes";
    server = Server::start(std::make_unique<FakeRouter>(wire), options,
                           {service,
                            rates,
                            clock,
                            detection,
                            {},
                            [this](const char* call, Status status, base::Duration) {
                              const std::scoped_lock lock(wire->mutex);
                              calls.emplace_back(call, status);
                              wire->changed.notify_all();
                            }});
  }
  void wait_for_calls(std::size_t count) {
    std::unique_lock lock(wire->mutex);
    wire->changed.wait(lock, [&] { return calls.size() >= count; });
  }

  BoxService service;
  net::RateLimiter rates;
  base::ManualClock clock;
  CurrentDetection detection;
  ZmqOptions options;
  std::shared_ptr<Wire> wire = std::make_shared<Wire>();
  std::vector<std::pair<std::string, Status>> calls;  ///< under the wire's mutex
  std::unique_ptr<Server> server;
};

/// The model's own input with one box: class 3, sure by three quarters.
std::vector<std::string> own_input() {
  std::vector<float> numbers(192);
  const std::array<float, 6> box{2, 4, 6, 8, 0.75F, 3};
  std::ranges::copy(box, numbers.begin());
  return {R"({"shape":[1,3,8,8],"dtype":"float32"})", bytes_of(numbers)};
}

std::vector<float> rows_in(const Sent& sent) {
  EXPECT_EQ(sent.parts.size(), 2U);
  EXPECT_EQ(sent.parts.at(1).size(), 480U) << sent.parts.at(0);
  std::vector<float> rows(sent.parts.at(1).size() / sizeof(float));
  std::memcpy(rows.data(), sent.parts[1].data(), rows.size() * sizeof(float));
  return rows;
}

/// Why there are no detections.
std::string refusal_in(const Sent& sent) {
  EXPECT_EQ(sent.parts.size(), 2U);
  EXPECT_TRUE(sent.parts.at(1).empty());
  return std::string(json::parse(sent.parts.at(0)).at("error").get_string());
}

const std::vector<std::string> kQuestion{R"({"model_request":true,"model_name":"a.onnx"})"};

TEST(ZmqServer, APictureOfTheModelsOwnTypeIsHandedOn) {
  Running running;
  running.start();
  running.wire->put("a", own_input());
  const auto rows = rows_in(running.wire->next());
  EXPECT_THAT(std::vector(rows.begin(), rows.begin() + 6),
              testing::ElementsAre(3, 0.75F, 0.5F, 0.25F, 1, 0.75F));
  EXPECT_THAT(std::vector(rows.begin() + 6, rows.end()), testing::Each(0));
  EXPECT_EQ(running.service.last.model, "boxes");
  EXPECT_EQ(running.service.last.timeout, std::chrono::milliseconds(180));
}

TEST(ZmqServer, BytesAreAnImage) {
  Running running;
  running.start();
  std::string planes(192, '\0');
  planes.replace(0, 6, std::string("\0\0\4\2\1\5", 6));
  running.wire->put("a", {R"({"shape":[1,3,8,8],"dtype":"uint8"})", planes});
  const auto rows = rows_in(running.wire->next());
  EXPECT_THAT(std::vector(rows.begin(), rows.begin() + 6),
              testing::ElementsAre(5, 1, 0, 0, 0.25F, 0.5F));
}

TEST(ZmqServer, OneClientDoesNotWaitForAnother) {
  Running running;
  running.service.hold = true;
  running.start();
  running.wire->put("slow", own_input());
  running.wire->put("quick", own_input());
  running.service.wait_for_held(2);
  running.service.answer(2);
  EXPECT_EQ(running.wire->next().client, "quick");
  running.service.answer(1);
  EXPECT_EQ(running.wire->next().client, "slow");
}

TEST(ZmqServer, WhatWasDroppedIsNotAnsweredWithDetections) {
  Running running;
  running.service.refuses = true;
  running.service.refusal.status = Status::deadline_exceeded;
  running.service.refusal.reason = "expired";
  running.service.refusal.decision = "1-7";
  running.service.refusal.message = "its deadline passed";
  running.start();
  running.wire->put("a", own_input());
  EXPECT_EQ(refusal_in(running.wire->next()), "sluice: expired: request 1-7: its deadline passed");
  running.wait_for_calls(1);
  EXPECT_EQ(running.calls[0], (std::pair<std::string, Status>("infer", Status::deadline_exceeded)));
}

TEST(ZmqServer, OutputsThatCannotBeReadAreNoDetections) {
  Running running;
  running.start();
  auto broken = own_input();
  std::vector<float> numbers(192);
  numbers[4] = 7;  // a score
  broken[1] = bytes_of(numbers);
  running.wire->put("a", broken);
  EXPECT_THAT(refusal_in(running.wire->next()), HasSubstr("unreadable_outputs"));
}

TEST(ZmqServer, BrokenMessagesAreAnsweredAndTheNextOneIsServed) {
  Running running;
  running.start();
  running.wire->put("a", {"?", "x"});
  EXPECT_THAT(refusal_in(running.wire->next()), HasSubstr("not a JSON object"));
  running.wire->put("a", own_input(), true);
  EXPECT_THAT(refusal_in(running.wire->next()), HasSubstr("two are wanted"));
  running.wire->put("a", {R"({"shape":[1,3,9,9],"dtype":"float32"})", std::string(972, 'x')});
  EXPECT_THAT(refusal_in(running.wire->next()), HasSubstr("FP32 [1;3;9;9] is no image"));
  running.wire->put("a", own_input());
  EXPECT_EQ(rows_in(running.wire->next())[0], 3);
  running.wait_for_calls(4);
  EXPECT_EQ(running.calls[2].second, Status::invalid);
  EXPECT_EQ(running.calls[3].second, Status::ok);
}

TEST(ZmqServer, AnAnswerWithoutAClientCountsAsCancelled) {
  Running running;
  running.start();
  running.wire->gone.insert("a");
  running.wire->put("a", own_input());
  running.wait_for_calls(1);
  EXPECT_EQ(running.calls[0].second, Status::cancelled);
}

TEST(ZmqServer, ClientsThatAskTooOftenAreTold) {
  Running running(Running::found_boxes(), 1);
  running.start();
  running.wire->put("a", own_input());
  rows_in(running.wire->next());
  running.wire->put("a", own_input());
  EXPECT_THAT(refusal_in(running.wire->next()), HasSubstr("rate_limited"));
}

TEST(ZmqServer, TheQuestionForTheModelWaitsUntilItIsReady) {
  Running running;
  running.service.loaded = false;
  running.start();
  running.wire->put("asks", kQuestion);
  running.wire->put("detects", {"?"});
  EXPECT_EQ(running.wire->next().client, "detects");  // and the question waits
  running.service.loaded = true;
  const auto sent = running.wire->next();
  EXPECT_EQ(sent.client, "asks");
  EXPECT_EQ(sent.parts.at(0), R"({"model_available":true,"model_loaded":true})");
}

TEST(ZmqServer, ItIsAnsweredBeforeTheClientGivesUp) {
  Running running;
  running.service.loaded = false;
  running.start();
  running.wire->put("asks", kQuestion);
  running.wire->put("detects", {"?"});
  running.wire->next();
  running.clock.advance(Server::kMostWait);
  EXPECT_EQ(
      running.wire->next().parts.at(0),
      R"({"model_available":true,"model_loaded":false,"error":"the models are being loaded"})");
}

TEST(ZmqServer, AModelThatGivesNoBoxesIsNotReady) {
  Running running(vision::post::ClassificationOptions{});
  running.start();
  running.wire->put("asks", kQuestion);
  running.wire->put("detects", own_input());
  EXPECT_THAT(refusal_in(running.wire->next()), HasSubstr("postprocess"));
}

TEST(ZmqServer, FilesOfModelsAreNotTaken) {
  Running running;
  running.start();
  running.wire->put("a", {R"({"model_data":true,"model_name":"a.onnx"})", "onnx"});
  const auto answer = json::parse(running.wire->next().parts.at(0));
  EXPECT_EQ(answer.at("model_saved"), false);
  EXPECT_THAT(std::string(answer.at("error").get_string()), HasSubstr("takes no model files"));
}

TEST(ZmqServer, WhatIsInFlightIsAnsweredBeforeItStops) {
  Running running;
  running.service.hold = true;
  running.start();
  running.wire->put("a", own_input());
  running.service.wait_for_held(1);
  std::thread answers([&] { running.service.answer(1); });
  running.server->stop(base::kForever);
  answers.join();
  EXPECT_TRUE(running.wire->closed);
  EXPECT_EQ(rows_in(running.wire->next())[0], 3);
}

TEST(ZmqServer, WithoutGraceItStopsAtOnceAndALateAnswerHarmsNobody) {
  Running running;
  running.service.hold = true;
  running.service.loaded = true;
  running.start();
  running.wire->put("a", own_input());
  running.service.wait_for_held(1);
  running.server->stop(base::Duration{0});
  EXPECT_TRUE(running.wire->closed);
  running.service.answer(1);
}

}  // namespace
}  // namespace sluice::serve::zmq
