#include "base/shared_library.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::base {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TEST(SharedLibrary, IsFoundBesideTheProgramThenBesideItsInstallation) {
  std::string name = (fs::temp_directory_path() / "sluice-library-XXXXXX").string();
  const fs::path root = ::mkdtemp(name.data());
  fs::create_directories(root / "bin");
  fs::create_directories(root / "lib" / "sluice");
  const fs::path installed = root / "lib" / "sluice" / "libx.so";
  const fs::path beside = root / "bin" / "libx.so";
  EXPECT_EQ(library_path(root / "bin", "libx.so"), "libx.so");
  std::ofstream(installed).put('x');
  EXPECT_EQ(library_path(root / "bin", "libx.so"), installed);
  std::ofstream(beside).put('x');
  EXPECT_EQ(library_path(root / "bin", "libx.so"), beside);
  fs::remove_all(root);
}

TEST(SharedLibrary, GivesAFunctionOfTheSystems) {
  const auto function = load_function("libm.so.6", "cos");
  ASSERT_TRUE(function) << function.error().message;
  EXPECT_EQ(reinterpret_cast<double (*)(double)>(*function)(0), 1);
}

TEST(SharedLibrary, NamesWhatIsMissingAndWhereItWasLookedFor) {
  const auto missing = load_function("libsluice-no-such.so", "f");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::unsupported);
  const auto folder = fs::read_symlink("/proc/self/exe").parent_path().string();
  EXPECT_THAT(missing.error().message, HasSubstr("libsluice-no-such.so"));
  EXPECT_THAT(missing.error().message, HasSubstr(folder));
}

TEST(SharedLibrary, NamesAFunctionThatItDoesNotHave) {
  const auto missing = load_function("libm.so.6", "no_such_function");
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("no_such_function"));
}

}  // namespace
}  // namespace sluice::base
