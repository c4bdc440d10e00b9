// Small batches on the thread of whoever submits.
#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doubles.hpp"

namespace sluice::runtime {
namespace {

using namespace doubles;
using schedule::Outcome;

/// An engine whose one model has run once and took `time`; notes on which thread it runs.
struct LendRig : Rig {
  std::atomic<std::thread::id> ran_on;

  Behaviour taking(base::Duration time) {
    return [this, time](Batch batch, backend::CancelToken& cancel) {
      ran_on = std::this_thread::get_id();
      clock.advance(time);
      return doubled(batch, cancel);
    };
  }
  void start_known() {
    start();
    EXPECT_EQ(submit(0).get().outcome, Outcome::on_time);
  }
  /// The response to a request by submit_here(), if that has called back before it returned.
  std::optional<Response> here(backend::Tensors inputs) {
    auto response = std::make_shared<std::optional<Response>>();
    auto answered = std::make_shared<std::promise<void>>();
    const auto id = engine->submit_here({}, std::move(inputs), [=](Response given) {
      *response = std::move(given);
      answered->set_value();
    });
    EXPECT_TRUE(id);
    const bool within = ran_on.load() == std::this_thread::get_id();
    answered->get_future().wait();
    return within ? std::move(*response) : std::nullopt;
  }
  /// The same once the slot's thread, which has just run the first request, sleeps.
  Response here_at_last(float value) {
    std::optional<Response> response;
    while (!response) response = here(input(value));
    return *response;
  }
};

TEST(EngineLend, ASmallBatchRunsOnTheCallersThread) {
  LendRig rig;
  rig.add(make_model("m", {rig.taking(20us)}));
  rig.start_known();
  EXPECT_NE(rig.ran_on.load(), std::this_thread::get_id());
  const Response response = rig.here_at_last(21);
  EXPECT_EQ(response.outcome, Outcome::on_time);
  EXPECT_EQ(response.service, 20us);
  EXPECT_EQ(value_of(response.outputs), 42.0F);
}

TEST(EngineLend, ALongBatchDoesNot) {
  LendRig rig;
  rig.add(make_model("m", {rig.taking(60us)}));
  rig.start_known();
  EXPECT_FALSE(rig.here(input(1)));
}

TEST(EngineLend, NorDoesOneOfUnknownLength) {
  LendRig rig;
  rig.add(make_model("m", {rig.taking(20us)}));
  rig.start();
  EXPECT_FALSE(rig.here(input(1)));
}

TEST(EngineLend, NorDoesOneWithLargeInputs) {
  LendRig rig;
  rig.options.here_bytes = 1000;
  rig.add(make_model("m", {rig.taking(20us)}));
  rig.start_known();
  auto large = tensor::Tensor::allocate("x", tensor::DType::fp32, {251, 1});
  ASSERT_TRUE(large);
  std::ranges::fill(large->mutable_data(), std::byte{0});
  EXPECT_FALSE(rig.here({*large}));
}

TEST(EngineLend, WhatACallbackSubmitsRunsNext) {
  LendRig rig;
  rig.add(make_model("m", {rig.taking(20us)}));
  rig.start_known();
  std::promise<float> second;
  const auto id = rig.engine->submit_here({}, input(1), [&](const Response&) {
    EXPECT_TRUE(rig.engine->submit_here(
        {}, input(2), [&](Response response) { second.set_value(value_of(response.outputs)); }));
  });
  ASSERT_TRUE(id);
  EXPECT_EQ(second.get_future().get(), 4.0F);
}

TEST(EngineLend, AHangOnALentThreadIsGivenUpAndTheSlotGoesOn) {
  LendRig rig;
  rig.options.hang_timeout = 10s;
  auto gate = std::make_shared<Gate>();
  std::atomic<bool> hangs = false;
  rig.add(make_model("m", {[&](Batch batch, backend::CancelToken& cancel) {
                             rig.clock.advance(20us);
                             if (hangs.exchange(false)) gate->pass();
                             return doubled(batch, cancel);
                           },
                           rig.taking(20us)}));
  rig.options.scheduler.slots = 1;
  rig.start_known();
  hangs = true;
  std::promise<Response> given_up;
  std::thread caller([&] {
    EXPECT_TRUE(rig.engine->submit_here(
        {}, input(1), [&](Response response) { given_up.set_value(std::move(response)); }));
  });
  gate->await(1);
  rig.pass_time(10s);
  EXPECT_EQ(given_up.get_future().get().outcome, Outcome::failed);
  EXPECT_EQ(rig.submit(3).get().outcome, Outcome::on_time);
  gate->open();
  caller.join();
  rig.faults.await_kind(FaultKind::call_returned);
}

TEST(EngineLend, ARefusedRequestKeepsItsInputs) {
  LendRig rig;
  rig.add(make_model("m", {rig.taking(20us)}));
  rig.start();
  rig.engine->drain(0s);
  backend::Tensors inputs = input(7);
  EXPECT_FALSE(rig.engine->submit_here({}, std::move(inputs), {}));
  ASSERT_EQ(inputs.size(), 1U);  // NOLINT(bugprone-use-after-move): what is tested
  EXPECT_EQ(value_of(inputs), 7.0F);
}

TEST(EngineLend, SoDoesOneThatACallbackSubmits) {
  LendRig rig;
  rig.add(make_model("m", {rig.taking(20us)}));
  rig.start_known();
  rig.here_at_last(1);
  backend::Tensors inputs = input(7);
  ASSERT_TRUE(rig.engine->submit_here({}, input(1), [&](const Response&) {
    rig.engine->stop();
    EXPECT_FALSE(rig.engine->submit_here({}, std::move(inputs), {}));
  }));
  ASSERT_EQ(inputs.size(), 1U);  // NOLINT(bugprone-use-after-move): what is tested
  EXPECT_EQ(value_of(inputs), 7.0F);
}

TEST(EngineLend, ManyCallersShareTheSlots) {
  LendRig rig;
  rig.options.scheduler.slots = 2;
  rig.add(make_model("m", {rig.taking(20us), rig.taking(20us)}, 4)).queue_capacity = 4096;
  rig.start_known();
  constexpr int kCallers = 4;
  constexpr int kEach = 500;
  std::atomic<int> right = 0;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        const auto value = static_cast<float>(i);
        EXPECT_TRUE(rig.engine->submit_here({}, input(value), [&right, value](Response response) {
          if (!response.outputs.empty() && value_of(response.outputs) == 2 * value) ++right;
        }));
      }
    });
  }
  for (auto& caller : callers) caller.join();
  rig.engine->drain(base::Duration(10s));
  EXPECT_EQ(right, kCallers * kEach);
}

}  // namespace
}  // namespace sluice::runtime
