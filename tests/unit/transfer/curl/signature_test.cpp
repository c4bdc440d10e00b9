// Signatures as an object store checks them: computed anew from what arrived, as Amazon documents
// it ("Create a signed AWS API request").
#include <algorithm>
#include <array>
#include <sstream>

#include <gtest/gtest.h>
#include <openssl/hmac.h>

#include "transfer/curl/client.hpp"
#include "transfer/curl/sha256.hpp"
#include "unit/transfer/http_test_server.hpp"

namespace sluice::transfer::curl {
namespace {

std::string to_hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

std::string hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, 32> digest{};
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string between(const std::string& text, const std::string& before, char after) {
  const auto begin = text.find(before);
  if (begin == std::string::npos) return {};
  const auto end = text.find(after, begin + before.size());
  return text.substr(begin + before.size(), end - begin - before.size());
}

/// The signature that the request should have.
std::string expected_signature(const HttpTestServer::Request& request,
                               const AwsSignature& signature) {
  const std::string authorization(request["Authorization"]);
  const std::string target(request.target());
  const std::string names = between(authorization, "SignedHeaders=", ',');
  std::string head;
  std::istringstream list(names);
  for (std::string name; std::getline(list, name, ';');) {
    head += name + ":" + std::string(request[name]) + "\n";
  }
  const auto question = target.find('?');
  const std::string path = target.substr(0, question);
  const std::string query = question == std::string::npos ? "" : target.substr(question + 1);
  const std::string canonical = std::string(request.method_string()) + "\n" + path + "\n" + query +
                                "\n" + head + "\n" + names + "\n" + sha256(request.body());
  const std::string time(request["X-Amz-Date"]);
  const std::string day = time.substr(0, 8);
  const std::string scope =
      day + "/" + signature.region + "/" + signature.service + "/aws4_request";
  const std::string text = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + sha256(canonical);
  const std::string key = hmac(
      hmac(hmac(hmac("AWS4" + signature.secret_key, day), signature.region), signature.service),
      "aws4_request");
  return to_hex(hmac(key, text));
}

// The example of FIPS 180-4.
TEST(Sha256, IsTheStandards) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(AwsSignature, IsWhatTheStoreComputes) {
  HttpTestServer server([](const auto&) { return HttpTestServer::answer(200, ""); });
  CurlClient client;
  const AwsSignature signature{.access_key = "AKIDEXAMPLE",
                               .secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                               .session_token = "session",
                               .region = "eu-central-1"};
  const HttpRequest requests[] = {
      {.method = "GET", .url = server.url("/bucket/a%20b.jpg")},
      {.method = "GET", .url = server.url("/bucket?list-type=2&prefix=a%2Fb")},
      {.method = "DELETE", .url = server.url("/bucket/a")},
      {.method = "PUT", .url = server.url("/bucket")},
      {.method = "PUT",
       .url = server.url("/bucket/a"),
       .fields = {{"Content-Type", "image/jpeg"}, {"x-amz-meta-a", "b"}},
       .body = std::string("\0\xff", 2)},
      {.method = "PUT", .url = server.url("/bucket/large"), .body = std::string(3 << 20, 'x')},
  };
  for (HttpRequest request : requests) {
    request.signature = &signature;
    ASSERT_TRUE(client.send(request));
    const auto arrived = server.requests().back();
    const std::string authorization(arrived["Authorization"]);
    EXPECT_EQ(between(authorization, "Credential=", '/'), "AKIDEXAMPLE");
    EXPECT_EQ(between(authorization, "Signature=", ','), expected_signature(arrived, signature))
        << request.method << " " << request.url << "\n"
        << authorization;
    EXPECT_EQ(arrived["X-Amz-Content-Sha256"], sha256(arrived.body()));
    EXPECT_EQ(arrived["X-Amz-Security-Token"], "session");
  }
}

}  // namespace
}  // namespace sluice::transfer::curl
