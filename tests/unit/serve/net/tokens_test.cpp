#include "serve/net/tokens.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <stdlib.h>

namespace sluice::serve::net {
namespace {

namespace fs = std::filesystem;

class TokensFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "tokens-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string write(const std::string& text) {
    const auto file = folder_ / "tokens";
    std::ofstream(file) << text;
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    return file.string();
  }
  fs::path folder_;
};

TEST_F(TokensFile, GivesRoles) {
  const auto tokens = Tokens::load(write("# ours\n\ninfer abc\n  operate  def\nadmin ghi\n"));
  ASSERT_TRUE(tokens) << tokens.error().message;
  EXPECT_TRUE((*tokens)->required());
  EXPECT_EQ((*tokens)->role("abc"), Role::infer);
  EXPECT_EQ((*tokens)->role("def"), Role::operate);
  EXPECT_EQ((*tokens)->role("ghi"), Role::admin);
  for (const char* unknown : {"", "ab", "abcd", "ABC", "ours", "infer abc"}) {
    EXPECT_EQ((*tokens)->role(unknown), std::nullopt) << unknown;
  }
}

TEST_F(TokensFile, WithoutAFileEverybodyMayDoEverything) {
  const Tokens tokens;
  EXPECT_FALSE(tokens.required());
  EXPECT_EQ(tokens.role(""), Role::admin);
}

TEST_F(TokensFile, ErrorsNameTheLineAndNoToken) {
  for (const char* text : {"infer abc\nroot secret\n", "infer abc\nadmin\n",
                           "infer abc\nadmin secret more\n", "infer secret\nadmin secret\n"}) {
    const auto tokens = Tokens::load(write(text));
    ASSERT_FALSE(tokens) << text;
    EXPECT_EQ(tokens.error().code, base::ErrorCode::invalid);
    EXPECT_NE(tokens.error().message.find("tokens:2:"), std::string::npos);
    EXPECT_EQ(tokens.error().message.find("secret"), std::string::npos);
  }
  EXPECT_FALSE(Tokens::load(write("# none\n")));
  EXPECT_EQ(Tokens::load((folder_ / "nothing").string()).error().code, base::ErrorCode::io);
}

TEST_F(TokensFile, RefusesAFileThatEverybodyCanRead) {
  const auto file = write("infer abc\n");
  fs::permissions(file, fs::perms::others_read, fs::perm_options::add);
  const auto tokens = Tokens::load(file);
  ASSERT_FALSE(tokens);
  EXPECT_NE(tokens.error().message.find("chmod 600"), std::string::npos);
}

TEST_F(TokensFile, OthersReplaceThem) {
  const auto tokens = std::move(Tokens::load(write("infer abc\n")).value());
  const auto others = std::move(Tokens::load(write("infer def\n")).value());
  EXPECT_EQ(tokens->role("def"), std::nullopt);
  tokens->replace_by(*others);
  EXPECT_EQ(tokens->role("abc"), std::nullopt);
  EXPECT_EQ(tokens->role("def"), Role::infer);
}

}  // namespace
}  // namespace sluice::serve::net
