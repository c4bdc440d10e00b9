#include "serve/public_text.hpp"

#include <gtest/gtest.h>

namespace sluice::serve {
namespace {

TEST(PublicTextTest, KeepsTheLastPartOfAPath) {
  EXPECT_EQ(without_paths("cannot load '/opt/my/a.onnx': it is gone"),
            "cannot load 'a.onnx': it is gone");
  EXPECT_EQ(without_paths("(../models/a.onnx, ~/b.onnx)"), "(a.onnx, b.onnx)");
  EXPECT_EQ(without_paths("at models/a.onnx"), "at a.onnx");
  EXPECT_EQ(without_paths("/srv/models/"), "models");
}

TEST(PublicTextTest, LeavesOtherTextAlone) {
  for (const std::string text :
       {"", "a broker is written mqtt://HOST[:PORT]", "http://10.0.0.1:80: no answer",
        "100 requests/s, N/A", "input 'x': the model wants FP32 [-1,1], not INT8 [1]", "a / b",
        "and/or", "ends with a space "}) {
    EXPECT_EQ(without_paths(text), text);
  }
}

}  // namespace
}  // namespace sluice::serve
