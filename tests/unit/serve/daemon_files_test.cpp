// A daemon with real model files: versions, files that change, break and go.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon_helpers.hpp"

namespace sluice::serve {
namespace {

namespace fs = std::filesystem;
using namespace doubles;
using ::testing::HasSubstr;

std::string fixture(const std::string& name) {
  return std::string(SLUICE_SOURCE_DIR) + "/tests/fixtures/models/" + name + ".onnx";
}

/// Puts a fixture where a model is expected, as a careful operator does: whole at once.
void put(const std::string& name, const std::string& where) {
  fs::create_directories(fs::path(where).parent_path());
  fs::copy_file(fixture(name), where + ".new", fs::copy_options::overwrite_existing);
  fs::rename(where + ".new", where);
}

class DaemonFilesTest : public testing::Test {
 protected:
  Plan plan_of_folder() {
    Plan plan = small_plan();
    plan.model_folder = folder_.path();
    return plan;
  }
  /// The name of the model's first input: how the fixtures are told apart.
  static std::string dtype_of(const Rig& rig, const std::string& name,
                              const std::string& version = {}) {
    const auto model = rig.daemon->model(name, version);
    return model ? std::string(tensor::to_string(model->info.inputs.at(0).dtype))
                 : model.error().message;
  }
  /// Twice: the first look sees the change, the second that it is over.
  static void look(Rig& rig) {
    EXPECT_TRUE(rig.check_files());
    EXPECT_TRUE(rig.check_files());
  }

  Folder folder_;
};

TEST_F(DaemonFilesTest, ServesAFolderOfModelsAndTheirVersions) {
  put("identity_fp32", folder_.path("flat.onnx"));
  put("identity_int8", folder_.path("single/model.onnx"));
  put("identity_fp32", folder_.path("many/1/model.onnx"));
  put("identity_int64", folder_.path("many/2/model.onnx"));
  Rig rig(plan_of_folder());
  rig.start();
  EXPECT_TRUE(rig.daemon->ready()) << rig.daemon->not_ready_reason();
  EXPECT_EQ(dtype_of(rig, "flat"), "FP32");
  EXPECT_EQ(dtype_of(rig, "single", "1"), "INT8");
  EXPECT_EQ(dtype_of(rig, "many"), "INT64");
  EXPECT_EQ(dtype_of(rig, "many", "1"), "FP32");
  EXPECT_THAT(rig.daemon->model("many", "")->versions, testing::ElementsAre("1", "2"));
}

TEST_F(DaemonFilesTest, WhatIsWrongIsToldOfEvenWithoutTimeLeft) {
  put("identity_fp32", folder_.path("a.onnx"));
  Rig rig(plan_of_folder());
  rig.start();
  InferRequest request = request_for("a");
  request.timeout = base::Duration{0};
  request.inputs[0].rename("nope");
  const InferReply reply = rig.infer(std::move(request));
  EXPECT_EQ(reply.status, Status::invalid);
  EXPECT_THAT(reply.refusal.message, HasSubstr("'nope'"));
}

TEST_F(DaemonFilesTest, ServesOnlyTheVersionsAskedFor) {
  put("identity_fp32", folder_.path("many/1/model.onnx"));
  put("identity_int64", folder_.path("many/2/model.onnx"));
  Plan plan = small_plan();
  PlannedModel planned;
  planned.options.name = "m";
  planned.options.path = folder_.path("many");
  planned.versions = {"1", "3"};
  plan.models = {planned};
  Rig rig(plan);
  rig.start();
  EXPECT_EQ(dtype_of(rig, "m"), "FP32");
  EXPECT_EQ(rig.state_of("m", "2"), "ABSENT");
  EXPECT_EQ(rig.state_of("m", "3"), "UNAVAILABLE");
  EXPECT_FALSE(rig.daemon->ready());
}

TEST_F(DaemonFilesTest, ReloadsAFileThatChanged) {
  put("identity_fp32", folder_.path("a.onnx"));
  Rig rig(plan_of_folder());
  rig.start();
  look(rig);
  EXPECT_EQ(rig.observer.generations, 1U) << "nothing has changed";
  put("identity_int8", folder_.path("a.onnx"));
  EXPECT_TRUE(rig.check_files());
  EXPECT_EQ(dtype_of(rig, "a"), "FP32") << "it might still be being written";
  EXPECT_TRUE(rig.check_files());
  EXPECT_EQ(dtype_of(rig, "a"), "INT8");
  EXPECT_EQ(rig.reason_of("a", "1"), "");
}

TEST_F(DaemonFilesTest, ABrokenFileLeavesTheOldOneServing) {
  put("identity_fp32", folder_.path("a.onnx"));
  Rig rig(plan_of_folder());
  rig.start();
  std::ofstream(folder_.path("a.onnx")) << "this is no model";
  look(rig);
  EXPECT_EQ(rig.state_of("a", "1"), "READY");
  EXPECT_THAT(rig.reason_of("a", "1"), HasSubstr("a.onnx"));
  EXPECT_THAT(rig.reason_of("a", "1"), Not(HasSubstr(folder_.path())));
  EXPECT_EQ(dtype_of(rig, "a"), "FP32");
  const auto loaded = rig.load("a");
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, Not(HasSubstr(folder_.path())));
  EXPECT_EQ(dtype_of(rig, "a"), "FP32");
  put("identity_int8", folder_.path("a.onnx"));
  look(rig);
  EXPECT_EQ(dtype_of(rig, "a"), "INT8");
  EXPECT_EQ(rig.reason_of("a", "1"), "");
}

TEST_F(DaemonFilesTest, AModelDeletedWhileLoadedKeepsServing) {
  put("identity_fp32", folder_.path("a.onnx"));
  Rig rig(plan_of_folder());
  rig.start();
  fs::remove(folder_.path("a.onnx"));
  look(rig);
  EXPECT_EQ(rig.state_of("a", "1"), "READY");
  EXPECT_THAT(rig.reason_of("a", "1"), HasSubstr("gone"));
  EXPECT_EQ(dtype_of(rig, "a"), "FP32");
  EXPECT_EQ(rig.load("a").error().code, base::ErrorCode::not_found);
  EXPECT_EQ(dtype_of(rig, "a"), "FP32");
}

TEST_F(DaemonFilesTest, NewVersionsTakeOverAndNewModelsWaitToBeAskedFor) {
  put("identity_fp32", folder_.path("a/1/model.onnx"));
  Rig rig(plan_of_folder());
  rig.start();
  put("identity_int8", folder_.path("a/2/model.onnx"));
  put("identity_int64", folder_.path("b.onnx"));
  look(rig);
  EXPECT_EQ(dtype_of(rig, "a"), "INT8");
  EXPECT_EQ(dtype_of(rig, "a", "1"), "FP32");
  EXPECT_EQ(rig.state_of("b", "1"), "UNAVAILABLE");
  EXPECT_TRUE(rig.daemon->ready()) << "nobody has asked for it";
  EXPECT_TRUE(rig.load("b"));
  EXPECT_EQ(dtype_of(rig, "b"), "INT64");
  EXPECT_EQ(rig.load("../b").error().code, base::ErrorCode::not_found);
}

TEST_F(DaemonFilesTest, ModelsComeAndGoInTheFolder) {
  put("identity_fp32", folder_.path("a.onnx"));
  std::ofstream(folder_.path("broken.onnx")) << "this is no model";
  Rig rig(plan_of_folder());
  rig.start();
  EXPECT_FALSE(rig.daemon->ready());
  put("identity_int8", folder_.path("many/1/model.onnx"));
  put("identity_int8", folder_.path("many/2/model.onnx"));
  fs::remove(folder_.path("broken.onnx"));
  look(rig);
  EXPECT_TRUE(rig.daemon->ready()) << rig.daemon->not_ready_reason();
  EXPECT_EQ(rig.state_of("broken", "1"), "ABSENT");
  EXPECT_EQ(rig.reason_of("many", "1"), "not loaded");
  EXPECT_EQ(rig.reason_of("many", "2"), "not loaded");
  fs::remove_all(folder_.path("many"));
  look(rig);
  EXPECT_EQ(rig.state_of("many", "2"), "ABSENT");
}

TEST_F(DaemonFilesTest, WrongInputsAreNamed) {
  put("identity_fp32", folder_.path("a.onnx"));
  Rig rig(plan_of_folder());
  rig.start();
  const auto model = rig.daemon->model("a", "");
  ASSERT_TRUE(model);
  const std::string input = model->info.inputs.at(0).name;
  const auto refused = [&](backend::Tensors inputs) {
    InferRequest request;
    request.model = "a";
    request.inputs = std::move(inputs);
    const InferReply reply = rig.infer(std::move(request));
    EXPECT_EQ(reply.status, Status::invalid);
    EXPECT_EQ(reply.decision, "");
    return reply.refusal.message;
  };
  EXPECT_THAT(refused({}), HasSubstr(fmt::format("input '{}' (FP32", input)));
  EXPECT_THAT(refused({*tensor::Tensor::allocate(input, tensor::DType::int8, {1})}),
              HasSubstr("not INT8"));
  EXPECT_THAT(refused({*tensor::Tensor::allocate("other", tensor::DType::fp32, {1})}),
              HasSubstr("'other'"));
}

}  // namespace
}  // namespace sluice::serve
