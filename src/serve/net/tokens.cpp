#include "serve/net/tokens.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/stat.h>

namespace sluice::serve::net {
namespace {

std::array<std::uint8_t, 32> digest_of(std::string_view token) {
  std::array<std::uint8_t, 32> digest;
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), digest.data());
  return digest;
}

std::optional<Role> role_from(std::string_view name) {
  if (name == "infer") return Role::infer;
  if (name == "operate") return Role::operate;
  if (name == "admin") return Role::admin;
  return std::nullopt;
}

}  // namespace

base::Result<std::unique_ptr<Tokens>> Tokens::load(const std::string& file) {
  auto tokens = std::make_unique<Tokens>();
  tokens->file_ = file;
  auto entries = read(file);
  if (!entries) return tl::unexpected(entries.error());
  tokens->entries_ = std::make_shared<const Entries>(std::move(*entries));
  return tokens;
}

std::optional<Role> Tokens::role(std::string_view token) const {
  if (!required()) return Role::admin;
  std::shared_ptr<const Entries> entries;
  {
    const std::lock_guard lock(mutex_);
    entries = entries_;
  }
  const auto digest = digest_of(token);
  std::optional<Role> found;
  for (const auto& entry : *entries) {
    if (CRYPTO_memcmp(digest.data(), entry.digest.data(), digest.size()) == 0) found = entry.role;
  }
  return found;
}

void Tokens::replace_by(const Tokens& other) {
  const std::scoped_lock lock(mutex_, other.mutex_);
  entries_ = other.entries_;
}

base::Result<Tokens::Entries> Tokens::read(const std::string& file) {
  std::ifstream in(file);
  struct stat info {};
  if (!in || stat(file.c_str(), &info) != 0) {
    return base::fail(base::ErrorCode::io, "{}: cannot read the tokens; check path and permissions",
                      file);
  }
  if ((info.st_mode & S_IROTH) != 0) {
    return base::fail(base::ErrorCode::invalid,
                      "{}: every user can read these tokens; run chmod 600 on it", file);
  }
  Entries entries;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    std::istringstream words(line);
    std::string role_name, token, more;
    if (!(words >> role_name) || role_name.front() == '#') continue;
    const auto role = role_from(role_name);
    if (!role) {
      return base::fail(base::ErrorCode::invalid,
                        "{}:{}: unknown role; write infer, operate or admin, then the token", file,
                        number);
    }
    if (!(words >> token) || words >> more) {
      return base::fail(base::ErrorCode::invalid,
                        "{}:{}: write one role and one token, with a space between", file, number);
    }
    Entry entry{digest_of(token), *role};
    if (std::ranges::any_of(entries,
                            [&](const Entry& other) { return other.digest == entry.digest; })) {
      return base::fail(base::ErrorCode::invalid, "{}:{}: this token stands further up; remove one",
                        file, number);
    }
    entries.push_back(entry);
  }
  if (entries.empty()) {
    return base::fail(base::ErrorCode::invalid,
                      "{}: no tokens, so nobody could do anything; write lines of a role (infer, "
                      "operate, admin) and a token",
                      file);
  }
  return entries;
}

}  // namespace sluice::serve::net
