#include "backend/model_file.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::backend {
namespace {

using base::ErrorCode;
using testing::HasSubstr;

class ModelFileTest : public testing::Test {
 protected:
  static std::string write(const std::string& text) {
    // Tests run side by side: a file for each.
    std::string path = testing::TempDir() + "model_file_test_" +
                       testing::UnitTest::GetInstance()->current_test_info()->name();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  static base::Error error_of(const std::string& path) {
    const auto status = check_model_file(path);
    return status ? base::Error{ErrorCode::internal, "no error"} : status.error();
  }
};

TEST_F(ModelFileTest, AcceptsAnyFileWithContent) {
  EXPECT_TRUE(check_model_file(write("x")));
  EXPECT_TRUE(check_model_file(write(std::string(1000, '\0'))));
}

TEST_F(ModelFileTest, TellsWhatIsWrong) {
  EXPECT_EQ(error_of("").code, ErrorCode::invalid);
  const auto missing = error_of(testing::TempDir() + "nowhere/model.onnx");
  EXPECT_EQ(missing.code, ErrorCode::not_found);
  EXPECT_THAT(missing.message, HasSubstr("nowhere/model.onnx'"));
  EXPECT_THAT(error_of(write("x") + "/model.onnx").message, HasSubstr("there is no file"));
  EXPECT_THAT(error_of(testing::TempDir()).message, HasSubstr("is a folder"));
  EXPECT_THAT(error_of(write("")).message, HasSubstr("is empty"));
}

TEST_F(ModelFileTest, RecognisesAGitLfsPointer) {
  const auto pointer =
      error_of(write("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n"));
  EXPECT_THAT(pointer.message, HasSubstr("git lfs pull"));
}

}  // namespace
}  // namespace sluice::backend
