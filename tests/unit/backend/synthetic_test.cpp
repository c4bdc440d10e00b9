#include <future>
#include <limits>
#include <set>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <time.h>

#include "backend/backend.hpp"

namespace sluice::backend {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;
using tensor::DType;
using tensor::Shape;
using tensor::Tensor;
using testing::AllOf;
using testing::HasSubstr;

ModelOptions options(base::Duration base, base::Duration per_item) {
  ModelOptions options;
  options.name = "toy";
  options.backend = "synthetic";
  options.synthetic.service.base = base;
  options.synthetic.service.per_item = per_item;
  return options;
}

std::unique_ptr<Instance> load(const ModelOptions& options) {
  return make_synthetic_backend()->load(options).value();
}

Tensors request(Shape shape = {1, 1}) {
  return {Tensor::allocate("x", DType::fp32, std::move(shape)).value()};
}

base::Result<std::vector<Tensors>> run(Instance& instance, std::size_t requests = 1) {
  CancelToken cancel;
  return instance.run(std::vector<Tensors>(requests, request()), cancel);
}

base::Duration cpu_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

TEST(SyntheticTest, SaysWhatItIs) {
  const auto instance = load(options(milliseconds(1), {}));
  EXPECT_EQ(instance->info().name, "toy");
  EXPECT_EQ(instance->info().backend, "synthetic");
  EXPECT_EQ(instance->info().provider, "synthetic");
  ASSERT_EQ(instance->info().inputs.size(), 1U);
  EXPECT_EQ(instance->info().inputs[0].name, "x");
  EXPECT_EQ(instance->info().outputs[0].shape, (Shape{-1, 1}));
}

TEST(SyntheticTest, SleepsForTheBatchAndTellsItsTime) {
  const auto instance = load(options(milliseconds(2), milliseconds(1)));
  const base::SteadyClock clock;
  const base::Time before = clock.now();
  const auto results = run(*instance, 3);
  EXPECT_GE(clock.now() - before, milliseconds(5));
  ASSERT_TRUE(results) << results.error().message;
  ASSERT_EQ(results->size(), 3U);
  for (const Tensors& outputs : *results) {
    ASSERT_EQ(outputs.size(), 1U);
    EXPECT_EQ(outputs[0].name(), "y");
    EXPECT_EQ(outputs[0].shape(), (Shape{1, 1}));
    EXPECT_FLOAT_EQ(outputs[0].as<float>()[0], 5);
  }
}

TEST(SyntheticTest, SpinsCpuTimeOfItsThread) {
  auto spinning = options(milliseconds(3), {});
  spinning.synthetic.mode = SyntheticOptions::Mode::spin;
  const auto instance = load(spinning);
  const auto before = cpu_time();
  ASSERT_TRUE(run(*instance));
  EXPECT_GE(cpu_time() - before, milliseconds(3));
}

TEST(SyntheticTest, TakesAnyInputs) {
  const auto instance = load(options(base::Duration(1), {}));
  const std::vector<Tensors> batch{
      {}, request({4, 3, 2}), {Tensor::from_strings("s", {}, {"text"}).value()}};
  for (const Tensors& inputs : batch) EXPECT_TRUE(instance->check(inputs));
  CancelToken cancel;
  const auto results = instance->run(batch, cancel);
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(results->at(0)[0].shape(), (Shape{1, 1}));
  EXPECT_EQ(results->at(1)[0].shape(), (Shape{4, 1}));
  EXPECT_EQ(results->at(2)[0].shape(), (Shape{1, 1}));
}

TEST(SyntheticTest, KnowsItsMeanTimes) {
  const auto instance = load(options(milliseconds(2), milliseconds(3)));
  EXPECT_EQ(instance->expected_time(1), milliseconds(5));
  EXPECT_EQ(instance->expected_time(4), milliseconds(14));
}

TEST(SyntheticTest, FailsAsTold) {
  auto failing = options(base::Duration(1), {});
  failing.synthetic.failure_rate = 1;
  const auto result = run(*load(failing));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::internal);
  EXPECT_THAT(result.error().message, AllOf(HasSubstr("model 'toy'"), HasSubstr("failure_rate")));
}

TEST(SyntheticTest, ThrowsAsTold) {
  auto throwing = options(base::Duration(1), {});
  throwing.synthetic.throw_rate = 1;
  const auto instance = load(throwing);
  EXPECT_THROW(static_cast<void>(run(*instance)), std::runtime_error);
}

TEST(SyntheticTest, ReturnsTheWrongShapeAsTold) {
  auto wrong = options(base::Duration(1), {});
  wrong.synthetic.wrong_shape_rate = 1;
  const auto instance = load(wrong);
  const auto results = run(*instance);
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_FALSE(instance->info().outputs[0].accepts(results->at(0)[0].shape()));
}

TEST(SyntheticTest, HangsUntilCancelled) {
  auto hanging = options(base::Duration(1), {});
  hanging.synthetic.hang_rate = 1;
  const auto instance = load(hanging);
  CancelToken cancel;
  auto result = std::async(std::launch::async,
                           [&] { return instance->run(std::vector<Tensors>{request()}, cancel); });
  cancel.cancel();
  const auto ended = result.get();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::unavailable);
  EXPECT_THAT(ended.error().message, HasSubstr("cancelled"));
}

TEST(SyntheticTest, LongBatchesEndWhenCancelled) {
  for (const auto mode : {SyntheticOptions::Mode::sleep, SyntheticOptions::Mode::spin}) {
    auto endless = options(base::kForever, {});
    endless.synthetic.mode = mode;
    const auto instance = load(endless);
    CancelToken cancel;
    auto result = std::async(
        std::launch::async, [&] { return instance->run(std::vector<Tensors>{request()}, cancel); });
    cancel.cancel();
    EXPECT_FALSE(result.get());
  }
}

TEST(SyntheticTest, RatesAreSharesOfBatches) {
  auto mixed = options(base::Duration(1), {});
  mixed.synthetic.failure_rate = 0.25;
  mixed.synthetic.wrong_shape_rate = 0.5;
  const auto instance = load(mixed);
  int failed = 0;
  int wrong = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto results = run(*instance);
    if (!results) {
      ++failed;
    } else if (results->at(0)[0].shape() != Shape{1, 1}) {
      ++wrong;
    }
  }
  // Seeded, so these are the same numbers every time; the bounds are 5 standard deviations.
  EXPECT_NEAR(failed, 250, 68);
  EXPECT_NEAR(wrong, 500, 79);
}

std::vector<float> drawn_times(Instance& instance) {
  std::vector<float> times;
  for (int i = 0; i < 5; ++i) times.push_back(run(instance).value()[0][0].as<float>()[0]);
  return times;
}

TEST(SyntheticTest, SeedsRepeatAndInstancesDiffer) {
  auto random = options(std::chrono::microseconds(10), {});
  random.synthetic.service.kind = simulate::ServiceKind::lognormal;
  random.synthetic.service.cv = 0.5;
  const auto backend = make_synthetic_backend();
  const auto first = backend->load(random).value();
  const auto second = backend->load(random).value();
  const auto times = drawn_times(*first);
  EXPECT_GT(std::set<float>(times.begin(), times.end()).size(), 1U);
  EXPECT_EQ(times, drawn_times(*load(random)));
  EXPECT_NE(times, drawn_times(*second));
  random.synthetic.seed = 2;
  EXPECT_NE(times, drawn_times(*load(random)));
}

TEST(SyntheticTest, RefusesImpossibleOptions) {
  const auto error_of = [](const ModelOptions& wrong) {
    const auto loaded = make_synthetic_backend()->load(wrong);
    return loaded ? "no error" : loaded.error().message;
  };
  auto wrong = options(milliseconds(1), {});
  wrong.synthetic.hang_rate = 1.5;
  EXPECT_THAT(error_of(wrong), AllOf(HasSubstr("model 'toy'"), HasSubstr("hang_rate is 1.5")));
  wrong.synthetic.hang_rate = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(error_of(wrong), HasSubstr("hang_rate"));
  wrong.synthetic.hang_rate = 0.6;
  wrong.synthetic.failure_rate = 0.6;
  EXPECT_THAT(error_of(wrong), HasSubstr("sum up to 1.2"));
  EXPECT_THAT(error_of(options(milliseconds(-1), {})), HasSubstr("model 'toy'"));
}

TEST(SyntheticTest, RefusesAnEmptyBatch) {
  EXPECT_FALSE(run(*load(options({}, milliseconds(1))), 0));
}

TEST(MakeBackendTest, KnowsTwo) {
  EXPECT_TRUE(make_backend("onnxruntime"));
  EXPECT_TRUE(make_backend("synthetic"));
  const auto unknown = make_backend("onnx_runtime");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::invalid);
  EXPECT_THAT(unknown.error().message,
              AllOf(HasSubstr("'onnx_runtime'"), HasSubstr("onnxruntime")));
}

}  // namespace
}  // namespace sluice::backend
