#include "pipeline/engine_feed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::pipeline {
namespace {

using namespace std::chrono_literals;
using testing::_;
using testing::Return;

class MockEngine final : public runtime::Engine {
 public:
  MOCK_METHOD(base::Result<schedule::RequestId>, submit,
              (const schedule::Submission&, backend::Tensors, runtime::Callback), (override));
  MOCK_METHOD(base::Result<std::future<runtime::Response>>, submit,
              (const schedule::Submission&, backend::Tensors), (override));
  MOCK_METHOD(std::vector<base::Result<schedule::RequestId>>, submit_together,
              (std::vector<runtime::Offer>), (override));
  MOCK_METHOD(base::Result<schedule::RequestId>, submit_here,
              (const schedule::Submission&, backend::Tensors&&, runtime::Callback), (override));
  MOCK_METHOD(bool, cancel, (schedule::RequestId), (override));
  MOCK_METHOD(void, announce, (schedule::TaskId, base::Time), (override));
  MOCK_METHOD(void, set_pressure, (double), (override));
  MOCK_METHOD(void, wake, (), (override));
  MOCK_METHOD(void, drain, (base::Duration), (override));
  MOCK_METHOD(void, stop, (), (override));
  MOCK_METHOD(schedule::Accounting, accounting, (), (const, override));
  MOCK_METHOD(schedule::Accounting, accounting, (schedule::TaskId), (const, override));
  MOCK_METHOD(const model::Model&, model, (schedule::ModelId), (const, override));
  MOCK_METHOD(std::size_t, in_service, (schedule::ModelId), (const, override));
  MOCK_METHOD(const std::string&, task_name, (schedule::TaskId), (const, override));
  MOCK_METHOD(std::uint32_t, generation, (), (const, override));
};

Frame frame(const std::string& name) {
  Frame result;
  result.name = name;
  result.inputs.push_back(*tensor::Tensor::allocate("x", tensor::DType::uint8, {1}));
  return result;
}

TEST(EngineFeed, PassesFramesOnAndResponsesBack) {
  MockEngine engine;
  runtime::Callback done;
  EXPECT_CALL(engine, submit(_, _, _))
      .WillOnce([&](const schedule::Submission& submission, const backend::Tensors& inputs,
                    runtime::Callback callback) -> base::Result<schedule::RequestId> {
        EXPECT_EQ(submission.task, 4u);
        EXPECT_EQ(submission.arrival, base::Time(7ms));
        EXPECT_EQ(inputs.at(0).name(), "x");
        done = std::move(callback);
        return 9;
      });
  std::string response;
  EngineFeed feed(
      engine,
      [&](schedule::TaskId task, const std::string& name, const runtime::Response& given) {
        response = fmt::format("{} {} {}", task, name, given.id);
      },
      nullptr);
  schedule::Submission submission;
  submission.task = 4;
  submission.arrival = base::Time(7ms);
  EXPECT_TRUE(feed.submit(submission, frame("a.png")));
  runtime::Response given;
  given.id = 9;
  done(given);
  EXPECT_EQ(response, "4 a.png 9");
}

TEST(EngineFeed, PassesRefusalsAnnouncementsAndLosses) {
  MockEngine engine;
  EXPECT_CALL(engine, submit(_, _, _))
      .WillOnce([](const schedule::Submission&, const backend::Tensors&,
                   const runtime::Callback&) -> base::Result<schedule::RequestId> {
        return base::fail(base::ErrorCode::invalid, "wrong shape");
      });
  EXPECT_CALL(engine, announce(2, base::Time(30ms)));
  std::string lost;
  EngineFeed feed(engine, nullptr,
                  [&](schedule::TaskId task, base::Time, const base::Error& error) {
                    lost = fmt::format("{} {}", task, error.message);
                  });
  const base::Status status = feed.submit({}, frame("a.png"));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "wrong shape");
  feed.announce(2, base::Time(30ms));
  feed.lost(2, base::Time(0ms), {base::ErrorCode::invalid, "gone"});
  EXPECT_EQ(lost, "2 gone");
}

TEST(EngineFeed, NeedsNoCallbacks) {
  MockEngine engine;
  runtime::Callback done;
  EXPECT_CALL(engine, submit(_, _, _))
      .WillOnce([&](const schedule::Submission&, const backend::Tensors&,
                    runtime::Callback callback) -> base::Result<schedule::RequestId> {
        done = std::move(callback);
        return 1;
      });
  EngineFeed feed(engine, nullptr, nullptr);
  EXPECT_TRUE(feed.submit({}, frame("a.png")));
  done({});
  feed.lost(0, {}, {});
}

}  // namespace
}  // namespace sluice::pipeline
