#include "runtime/run_batch.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doubles.hpp"

namespace sluice::runtime {
namespace {

using namespace doubles;
using ::testing::HasSubstr;

Results run(const Behaviour& behaviour, std::size_t size = 2) {
  FakeInstance instance("m", behaviour);
  instance.set_outputs({{"y", tensor::DType::fp32, {-1, 1}}});
  std::vector<backend::Tensors> batch;
  for (std::size_t i = 0; i < size; ++i) {
    batch.push_back(input(static_cast<float>(i + 1)));
  }
  backend::CancelToken cancel;
  return run_batch(instance, batch, cancel);
}

std::string error_of(const Behaviour& behaviour) {
  const Results results = run(behaviour);
  return results ? "no error" : results.error().message;
}

Behaviour returning(tensor::DType dtype, tensor::Shape shape) {
  return [=](Batch batch, backend::CancelToken&) -> Results {
    return std::vector<backend::Tensors>(batch.size(),
                                         {*tensor::Tensor::allocate("y", dtype, shape)});
  };
}

TEST(RunBatch, PassesResultsOn) {
  const Results results = run(doubled);
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(value_of(results->at(0)), 2.0F);
  EXPECT_EQ(value_of(results->at(1)), 4.0F);
}

TEST(RunBatch, RunsRequestsOfDifferentShapesInGroups) {
  std::vector<std::size_t> sizes;
  FakeInstance instance("m", [&](Batch batch, backend::CancelToken& cancel) {
    sizes.push_back(batch.size());
    for (const backend::Tensors& inputs : batch) {
      EXPECT_EQ(inputs[0].shape(), batch[0][0].shape()) << "a runtime could not join them";
    }
    return doubled(batch, cancel);
  });
  const auto wide = [](float value) {
    auto tensor = *tensor::Tensor::allocate("x", tensor::DType::fp32, {1, 3});
    std::ranges::fill(tensor.mutable_as<float>(), value);
    return backend::Tensors{tensor};
  };
  const std::vector<backend::Tensors> batch{input(1), wide(2), input(3), wide(4), input(5)};
  backend::CancelToken cancel;
  const Results results = run_batch(instance, batch, cancel);
  ASSERT_TRUE(results) << results.error().message;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    EXPECT_EQ(value_of(results->at(i)), 2 * static_cast<float>(i + 1));
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{3, 2}));
}

TEST(RunBatch, TakesOutputsOfAnyRankWhereTheModelSaysSo) {
  FakeInstance instance("m", returning(tensor::DType::fp32, {2, 3, 4}));
  instance.set_outputs({{"y", tensor::DType::fp32, {}, true}});
  const std::vector<backend::Tensors> batch{input(1)};
  backend::CancelToken cancel;
  EXPECT_TRUE(run_batch(instance, batch, cancel));
}

/// Fails whatever batch holds a 2, and counts the calls.
Behaviour without_twos(std::size_t& calls) {
  return [&calls](Batch batch, backend::CancelToken& cancel) -> Results {
    ++calls;
    for (const backend::Tensors& inputs : batch) {
      if (value_of(inputs) == 2.0F) return base::fail(base::ErrorCode::internal, "a two");
    }
    return doubled(batch, cancel);
  };
}

TEST(RunApart, OnlyTheGuiltyFail) {
  std::size_t calls = 0;
  FakeInstance instance("m", without_twos(calls));
  const std::vector<backend::Tensors> batch{input(1), input(2), input(3)};
  backend::CancelToken cancel;
  const BatchResult result = run_apart(instance, batch, cancel);
  ASSERT_EQ(result.requests.size(), 3u);
  EXPECT_EQ(value_of(result.requests[0].value()), 2.0F);
  ASSERT_FALSE(result.requests[1]);
  EXPECT_THAT(result.requests[1].error().message, HasSubstr("a two"));
  EXPECT_EQ(value_of(result.requests[2].value()), 6.0F);
  ASSERT_TRUE(result.together);
  EXPECT_EQ(calls, 4u) << "together, and each once";
}

TEST(RunApart, OneRequestRunsOnce) {
  std::size_t calls = 0;
  FakeInstance instance("m", without_twos(calls));
  const std::vector<backend::Tensors> batch{input(2)};
  backend::CancelToken cancel;
  const BatchResult result = run_apart(instance, batch, cancel);
  EXPECT_FALSE(result.requests.at(0));
  EXPECT_FALSE(result.together);
  EXPECT_EQ(calls, 1u);
}

TEST(RunApart, NothingMoreRunsOnceItIsCancelled) {
  std::size_t calls = 0;
  FakeInstance instance("m", [&](Batch, backend::CancelToken& cancel) -> Results {
    if (++calls == 2) cancel.cancel();
    return base::fail(base::ErrorCode::internal, "no");
  });
  const std::vector<backend::Tensors> batch{input(1), input(2), input(3)};
  backend::CancelToken cancel;
  const BatchResult result = run_apart(instance, batch, cancel);
  EXPECT_EQ(calls, 2u);
  for (const auto& request : result.requests) EXPECT_FALSE(request);
}

TEST(RunBatch, PassesErrorsOn) {
  EXPECT_THAT(error_of(broken), HasSubstr("on fire"));
}

TEST(RunBatch, CatchesExceptions) {
  EXPECT_THAT(error_of([](Batch, backend::CancelToken&) -> Results {
                throw std::runtime_error("out of cheese");
              }),
              AllOf(HasSubstr("'m'"), HasSubstr("out of cheese")));
  EXPECT_THAT(error_of([](Batch, backend::CancelToken&) -> Results { throw 42; }),
              HasSubstr("unknown type"));
}

TEST(RunBatch, WantsOneResultPerRequest) {
  EXPECT_THAT(error_of([](Batch batch, backend::CancelToken& cancel) {
                return doubled(batch.first(1), cancel);
              }),
              HasSubstr("1 results for a batch of 2"));
}

TEST(RunBatch, WantsTheDeclaredNumberOfOutputs) {
  EXPECT_THAT(error_of([](Batch batch, backend::CancelToken&) -> Results {
                return std::vector<backend::Tensors>(batch.size());
              }),
              HasSubstr("0 outputs for a request but declares 1"));
}

TEST(RunBatch, WantsTheDeclaredTypeRankAndInnerDimensions) {
  using enum tensor::DType;
  EXPECT_THAT(error_of(returning(int64, {1, 1})),
              AllOf(HasSubstr("'y'"), HasSubstr("INT64"), HasSubstr("declares FP32")));
  EXPECT_THAT(error_of(returning(fp32, {1})), HasSubstr("declares FP32"));
  EXPECT_THAT(error_of(returning(fp32, {1, 2})), HasSubstr("declares FP32"));
  EXPECT_TRUE(run(returning(fp32, {3, 1}))) << "the first axis is the batch's";
}

}  // namespace
}  // namespace sluice::runtime
