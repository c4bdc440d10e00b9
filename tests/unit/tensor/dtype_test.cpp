#include "tensor/dtype.hpp"

#include <map>
#include <string>

#include <gtest/gtest.h>

namespace sluice::tensor {
namespace {

// Names and sizes as the Open Inference Protocol, version 2, lists them.
const std::map<std::string, std::size_t> kProtocol{
    {"BOOL", 1}, {"UINT8", 1}, {"UINT16", 2}, {"UINT32", 4}, {"UINT64", 8},
    {"INT8", 1}, {"INT16", 2}, {"INT32", 4},  {"INT64", 8},  {"FP16", 2},
    {"BF16", 2}, {"FP32", 4},  {"FP64", 8},   {"BYTES", 0},
};

TEST(DTypeTest, KnowsEveryProtocolType) {
  for (const auto& [name, size] : kProtocol) {
    const auto dtype = dtype_from(name);
    ASSERT_TRUE(dtype) << name;
    EXPECT_EQ(to_string(*dtype), name);
    EXPECT_EQ(size_of(*dtype), size) << name;
  }
}

TEST(DTypeTest, KnowsNothingElse) {
  for (const char* name : {"", "fp32", "FP32 ", "FLOAT", "BYTE", "FP8"}) {
    EXPECT_FALSE(dtype_from(name)) << name;
  }
}

}  // namespace
}  // namespace sluice::tensor
