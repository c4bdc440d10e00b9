#include "model/repository.hpp"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doubles.hpp"

namespace sluice::model {
namespace {

using backend::Instance;
using backend::ModelOptions;
using std::chrono::milliseconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

ModelOptions synthetic() {
  ModelOptions options;
  options.name = "toy";
  options.backend = "synthetic";
  options.instances = 2;
  options.max_batch = 4;
  options.synthetic.service.base = milliseconds(2);
  options.synthetic.service.per_item = milliseconds(1);
  return options;
}

std::string load_error(const ModelOptions& options) {
  const auto model = load(options, base::ManualClock());
  return model ? "no error" : model.error().message;
}

TEST(LoadTest, LoadsEveryInstanceAndProfiles) {
  const auto model = load(synthetic(), base::ManualClock());
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ((*model)->info().name, "toy");
  EXPECT_EQ((*model)->instances(), 2U);
  EXPECT_NE((*model)->instance(0), (*model)->instance(1));
  EXPECT_THAT(
      (*model)->profile().batch_times,
      ElementsAre(Pair(1, milliseconds(3)), Pair(2, milliseconds(4)), Pair(4, milliseconds(6))));
  EXPECT_NEAR(base::to_ms((*model)->profile().base), 2, 1e-5);
  EXPECT_NEAR(base::to_ms((*model)->profile().per_item), 1, 1e-5);
}

TEST(LoadTest, FaultsOfASyntheticModelWaitForItsRequests) {
  auto hanging = synthetic();
  hanging.synthetic.hang_rate = 1;
  EXPECT_EQ(load_error(hanging), "no error");
}

TEST(LoadTest, ErrorsNameTheModel) {
  auto wrong = synthetic();
  wrong.backend = "synthetik";
  EXPECT_THAT(load_error(wrong), AllOf(HasSubstr("model 'toy'"), HasSubstr("\"synthetic\"")));
  wrong = synthetic();
  wrong.synthetic.service.base = milliseconds(-5);
  EXPECT_THAT(load_error(wrong), HasSubstr("model 'toy'"));
  wrong = synthetic();
  wrong.example_shapes["z"] = {1};
  EXPECT_THAT(load_error(wrong), AllOf(HasSubstr("model 'toy'"), HasSubstr("no input 'z'")));
}

TEST(LoadTest, RefusesImpossibleCounts) {
  auto wrong = synthetic();
  wrong.instances = 0;
  EXPECT_THAT(load_error(wrong), HasSubstr("model 'toy': instances is 0; give 1 to"));
  wrong = synthetic();
  wrong.max_batch = 0;
  EXPECT_THAT(load_error(wrong), HasSubstr("model 'toy': max_batch is 0; give 1 to"));
  wrong.max_batch = 4000000000U;
  EXPECT_THAT(load_error(wrong), HasSubstr("max_batch is 4000000000"));
}

class ReplaceTest : public testing::Test {
 protected:
  std::unique_ptr<FakeInstance> fake() {
    return std::make_unique<FakeInstance>(backend::ModelInfo{}, clock_, on_run_);
  }

  Model model(FakeBackend::OnLoad on_load) {
    std::vector<std::unique_ptr<Instance>> instances;
    instances.push_back(fake());
    instances.push_back(fake());
    ModelOptions options;
    options.name = "m";
    options.max_batch = 2;
    return {options, std::move(instances), {}, std::make_unique<FakeBackend>(std::move(on_load))};
  }

  base::ManualClock clock_;
  FakeInstance::OnRun on_run_ = [](std::size_t) { return milliseconds(1); };
};

TEST_F(ReplaceTest, PutsAWarmCopyInPlace) {
  FakeInstance* fresh = nullptr;
  Model m = model([&]() -> base::Result<std::unique_ptr<Instance>> {
    auto made = fake();
    fresh = made.get();
    return made;
  });
  const auto before = m.instance(1);
  const auto other = m.instance(0);
  ASSERT_TRUE(m.replace_instance(1));
  EXPECT_NE(m.instance(1), before);
  EXPECT_EQ(&m.instance(1)->info(), &fresh->info());
  EXPECT_EQ(m.instance(0), other);
  EXPECT_THAT(fresh->sizes, ElementsAre(1, 2));
}

TEST_F(ReplaceTest, KeepsTheOldWhenLoadingOrWarmUpFails) {
  Model broken = model([]() -> base::Result<std::unique_ptr<Instance>> {
    return base::fail(base::ErrorCode::not_found, "gone");
  });
  const auto before = broken.instance(0);
  const auto gone = broken.replace_instance(0);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().message, "gone");
  EXPECT_EQ(broken.instance(0), before);

  on_run_ = [](std::size_t) -> base::Result<base::Duration> {
    return base::fail(base::ErrorCode::internal, "cold");
  };
  Model cold = model([&]() -> base::Result<std::unique_ptr<Instance>> { return fake(); });
  const auto failed = cold.replace_instance(0);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, HasSubstr("cold"));
}

TEST_F(ReplaceTest, RefusesAnInstanceThatIsNotThere) {
  Model m = model([&]() -> base::Result<std::unique_ptr<Instance>> { return fake(); });
  const auto status = m.replace_instance(2);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("no instance 2; it has 2"));
}

TEST_F(ReplaceTest, MakesABackendByNameIfItHasNone) {
  auto loaded = backend::make_synthetic_backend()->load(synthetic());
  std::vector<std::unique_ptr<Instance>> instances;
  instances.push_back(std::move(loaded.value()));
  Model m(synthetic(), std::move(instances), {});
  const auto old = m.instance(0);
  ASSERT_TRUE(m.replace_instance(0));
  EXPECT_NE(m.instance(0), old);
}

TEST_F(ReplaceTest, BatchesOfTwoUsersTakeTurnsInAnInstance) {
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  on_run_ = [&](std::size_t) -> base::Result<base::Duration> {
    const int now = ++inside;
    for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
    }
    std::this_thread::yield();
    --inside;
    return base::Duration{0};
  };
  Model m = model([&]() -> base::Result<std::unique_ptr<Instance>> { return fake(); });
  const auto use = [&] {
    const std::vector<backend::Tensors> batch(1);
    for (int i = 0; i < 200; ++i) {
      backend::CancelToken cancel;
      EXPECT_TRUE(m.instance(0)->run(batch, cancel));
    }
  };
  std::thread other(use);
  use();
  other.join();
  EXPECT_EQ(most, 1);
}

TEST_F(ReplaceTest, ABatchThatWasCancelledWhileItWaitedDoesNotRun) {
  bool ran = false;
  on_run_ = [&](std::size_t) -> base::Result<base::Duration> {
    ran = true;
    return base::Duration{0};
  };
  Model m = model([&]() -> base::Result<std::unique_ptr<Instance>> { return fake(); });
  backend::CancelToken cancel;
  cancel.cancel();
  const auto result = m.instance(0)->run(std::vector<backend::Tensors>(1), cancel);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, base::ErrorCode::unavailable);
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace sluice::model
