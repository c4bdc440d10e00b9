// What the object stores of three vendors are asked.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/azure_service.hpp"
#include "store/gcs_service.hpp"
#include "store/object_blob_store.hpp"
#include "store/s3_service.hpp"
#include "store/signing.hpp"
#include "unit/store/store_folder.hpp"

namespace sluice::store {
namespace {

using base::ErrorCode;
using testing::HasSubstr;
using testing::Not;

WallTime noon() {
  return WallTime(std::chrono::milliseconds(1'795'348'800'500));  // 2026-11-22 12:00
}

std::string field_of(const transfer::HttpRequest& request, std::string_view name) {
  const auto found = std::ranges::find(request.fields, name, [](const auto& f) { return f.first; });
  return found == request.fields.end() ? "" : found->second;
}

TEST(S3Requests, NameTheBucketInTheHostOrThePath) {
  S3Options options;
  options.bucket = "b";
  options.region = "eu-west-3";
  S3Service amazon(options);
  EXPECT_EQ(amazon.get("a b/\xc3\xa9.jpg")->url,
            "https://b.s3.eu-west-3.amazonaws.com/a%20b/%C3%A9.jpg");
  EXPECT_EQ(amazon.get("a")->signature, nullptr);
  options.endpoint = "http://minio:9000/";
  options.path_style = true;
  options.access_key = "key";
  S3Service own(options);
  const auto put = own.put("a+b", 3);
  EXPECT_EQ(put->method, "PUT");
  EXPECT_EQ(put->url, "http://minio:9000/b/a%2Bb");
  ASSERT_NE(put->signature, nullptr);
  EXPECT_EQ(put->signature->region, "eu-west-3");
  EXPECT_EQ(own.list("p/", "1/x==")->url,
            "http://minio:9000/b/?continuation-token=1%2Fx%3D%3D&list-type=2&prefix=p%2F");
}

// The signature was computed with Python's hmac module from the documentation's description.
TEST(AzureRequests, AreSignedWithTheKey) {
  const auto account =
      parse_azure_account("AccountName=acc;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net");
  ASSERT_TRUE(account) << account.error().message;
  AzureService service(*account, "c", &noon);
  const auto put = service.put("a b", 5);
  EXPECT_EQ(put->url, "https://acc.blob.core.windows.net/c/a%20b");
  EXPECT_EQ(field_of(*put, "x-ms-date"), "Sun, 22 Nov 2026 12:00:00 GMT");
  EXPECT_EQ(field_of(*put, "Authorization"),
            "SharedKey acc:HFYHYOeUiygZghZlzD27CiGcqOok2UNUIHMto/IBY9o=");
  const auto list = service.list("p/", "m");
  EXPECT_EQ(list->url,
            "https://acc.blob.core.windows.net/c?comp=list&marker=m&prefix=p%2F&restype=container");
  EXPECT_EQ(field_of(*list, "Authorization"),
            "SharedKey acc:rEEQ0awIMIuUYxt3LUy0JzvTZNBa+ls+BqVC4Wp4i6I=");
}

TEST(AzureRequests, CarryASharedAccessSignature) {
  const auto account = parse_azure_account(
      "BlobEndpoint=https://acc.blob.core.windows.net/;SharedAccessSignature=?sv=2021&sig=x%3D");
  ASSERT_TRUE(account) << account.error().message;
  AzureService service(*account, "c", &noon);
  EXPECT_EQ(service.get("a")->url, "https://acc.blob.core.windows.net/c/a?sv=2021&sig=x%3D");
  EXPECT_EQ(service.list("", "")->url,
            "https://acc.blob.core.windows.net/c?comp=list&restype=container&sv=2021&sig=x%3D");
  EXPECT_EQ(field_of(*service.get("a"), "Authorization"), "");
}

TEST(AzureAccounts, SayWhatIsWrongWithoutTheKey) {
  for (const char* text : {"", "nonsense-hunter2", "AccountName=a", "AccountKey=hunter2",
                           "AccountName=a;AccountKey=hunter2", "AccountKey=aHVudGVyMg==",
                           "SharedAccessSignature=hunter2", "UseDevelopmentStorage=true",
                           "AccountName=a;AccountKey=aHVudGVyMg==;SharedAccessSignature=x",
                           "AccountName=a;AccountKey=aHVudGVyMg==;BlobEndpoint=ftp://x"}) {
    const auto account = parse_azure_account(text);
    ASSERT_FALSE(account) << text;
    EXPECT_EQ(account.error().code, ErrorCode::invalid);
    EXPECT_THAT(account.error().message, HasSubstr("connection_string: "));
    EXPECT_THAT(account.error().message, Not(HasSubstr("hunter2")));
  }
}

/// Answers from a list.
class ScriptedClient final : public transfer::HttpClient {
 public:
  base::Result<transfer::HttpAnswer> send(const transfer::HttpRequest& request) override {
    requests.push_back(request);
    auto answer = answers.at(requests.size() - 1);
    return answer;
  }
  std::vector<base::Result<transfer::HttpAnswer>> answers;
  std::vector<transfer::HttpRequest> requests;
};

transfer::HttpAnswer answer(int status, std::string body = {}) {
  return {.status = status, .fields = {}, .body = std::move(body)};
}

// A key made for this test with `openssl genrsa 1024`.
constexpr const char* kServiceAccount =
    R"({"type": "service_account", "client_email": "a@b", "private_key": "-----BEGIN PRIVATE KEY-----\nMIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBALXOi//aVzAZddOa\nI+Pm5DKjRGsGObHps1advs/QRkaQhLvau+/aOs0dHBdN1+z+qvxqlsJIg+Xhk3UL\nwwabnOOwpARRG7Niz/M7O9wdlByruI5Il8WGrlABVZW7jWIE4YN4/sfKV6He7oE0\nzDtYD3or1qqlEuaGgxt2D1QHn7ONAgMBAAECgYAkPER++/+AoLJxODmLBMvao9vR\nEO6S3SdXTh1nwfUfv1IVNuVaSr6JfxHIO0WcAK4HnR7rHhTbznfbTjrSqFU+Xkc3\nG66Yk2V7W/rdSl5pDV40RulQaWvxehUS0Z+7KZlM4PHVAmwkPQPilDWi0rJo9T/G\n8SlGSmU8TkiHSy9NAQJBANqbhI2l9UvZSg8103WYfauOWkjBizE2KXZSMqU+SEh7\nlDLfjMhwelhO59fPhYNKmY3WQOFQPnBhUsmcIY7mxG0CQQDU55XGZ9KDB8aAm5ZU\n48LU57sXhS4rDO1kbpM1TbaUNiSyDvbge+WIlLXHmcFPPNQ8xugKjBCiE7K7fEyf\nPfehAkAH1Cf0FqxpMffoAYp4HKTrfuaW0m+UrJbhiOINbuSRy/MruzvEddq7zN+a\np/DlGcfT/4dFSmViCuo3FCNThcolAkEAmL5VG/TceJkZdqcpIVoOK4TdGzC3QLeT\nkNwrzLAmbwqxJPXLdJ4uvOBD0iGjKF/xvHDPhNGcFUugjRXOOujQQQJBANFWVFgY\nRA4cZE5rrrk5SGjPFxyGoJq1ODlEAdp203jSQsbXDPru/hab18sPi/APr4oYey+v\nhxKxIkvWX02nW0g=\n-----END PRIVATE KEY-----\n", "token_uri": "https://oauth2.example/token"})";

TEST(GcsTokens, AreFetchedOnceAnHour) {
  const StoreFolder folder;
  std::ofstream(folder.path() / "key.json") << kServiceAccount;
  GcsOptions options;
  options.bucket = "b";
  options.credentials = folder.path() / "key.json";
  ScriptedClient client;
  static WallTime now = noon();
  auto token = GcsToken::open(options, client, [] { return now; }).value();
  for (const char* text : {"one", "two"}) {
    client.answers.emplace_back(
        answer(200, std::string(R"({"access_token":")") + text + R"(","expires_in":3600})"));
  }
  EXPECT_EQ(token->get().value(), "one");
  now += std::chrono::seconds(3539);
  EXPECT_EQ(token->get().value(), "one");
  EXPECT_EQ(client.requests.size(), 1U);
  now += std::chrono::seconds(1);
  EXPECT_EQ(token->get().value(), "two");
  const transfer::HttpRequest& request = client.requests.front();
  EXPECT_EQ(request.url, "https://oauth2.example/token");
  // Checked with Python's cryptography package.
  EXPECT_EQ(request.body,
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
            "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9."
            "eyJpc3MiOiJhQGIiLCJzY29wZSI6Imh0dHBzOi8vd3d3Lmdvb2dsZWFwaXMuY29tL2F1dGgvZGV2c3RvcmFnZS"
            "5yZWFkX3dyaXRlIiwiYXVkIjoiaHR0cHM6Ly9vYXV0aDIuZXhhbXBsZS90b2tlbiIsImlhdCI6MTc5NTM0ODgw"
            "MCwiZXhwIjoxNzk1MzUyNDAwfQ.NtMbhtrWVpbcSjH_ercAZVB6RnjT0aFDuweh1GqpLoZnVuyyt-GWEBf_"
            "zqZC9MOT5QARThX9dJ-qPhimp_BxiwgmL2nG6X67p-"
            "91hMWS5q3Wwp4wEkbfzvFAd2HvqGMvmrFrB3Hes3RrmV5q0DE0wROkTob-BUURtAtwGDdE3iY");
}

TEST(GcsTokens, OfTheMachine) {
  GcsOptions options;
  options.bucket = "b";
  options.access = GcsOptions::Access::metadata;
  ScriptedClient client;
  client.answers.emplace_back(answer(200, R"({"access_token":"t","expires_in":100})"));
  GcsService service(options, GcsToken::open(options, client, &noon).value());
  const auto get = service.get("a/b");
  ASSERT_TRUE(get);
  EXPECT_EQ(get->url, "https://storage.googleapis.com/storage/v1/b/b/o/a%2Fb?alt=media");
  EXPECT_EQ(field_of(*get, "Authorization"), "Bearer t");
  EXPECT_EQ(client.requests[0].url,
            "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/"
            "token");
  EXPECT_EQ(field_of(client.requests[0], "Metadata-Flavor"), "Google");
}

TEST(GcsTokens, SayWhatIsWrongWithoutSecrets) {
  for (const char* text : {"hunter2", "{}", R"({"client_email":"a","private_key":"hunter2"})"}) {
    const auto account = parse_service_account(text);
    ASSERT_FALSE(account) << text;
    EXPECT_THAT(account.error().message, Not(HasSubstr("hunter2")));
  }
  const auto request = token_request({"a", "hunter2", "https://x"}, noon());
  ASSERT_FALSE(request);
  EXPECT_THAT(request.error().message, Not(HasSubstr("hunter2")));
  for (const char* text :
       {"", "{}", R"({"access_token":"hunter2"})", R"({"access_token":"hunter2","expires_in":-1})",
        R"({"access_token":"hunter2","expires_in":"1"})"}) {
    const auto token = parse_token(text);
    ASSERT_FALSE(token) << text;
    EXPECT_THAT(token.error().message, Not(HasSubstr("hunter2")));
  }
  GcsOptions options;
  options.credentials = "/nowhere/key.json";
  ScriptedClient client;
  EXPECT_EQ(GcsToken::open(options, client, &noon).error().code, ErrorCode::not_found);
}

TEST(ObjectBlobs, AnswersBecomeErrors) {
  ScriptedClient client;
  S3Options options;
  options.bucket = "b";
  ObjectBlobStore store("S3", std::make_unique<S3Service>(options), "", {}, client);
  for (const auto& [status, code] : {std::pair(403, ErrorCode::io),
                                     {404, ErrorCode::io},
                                     {429, ErrorCode::unavailable},
                                     {503, ErrorCode::unavailable},
                                     {301, ErrorCode::io}}) {
    client.answers.emplace_back(answer(status, "<Error><Code>Why</Code></Error>"));
    const auto put = store.put("a", {});
    ASSERT_FALSE(put) << status;
    EXPECT_EQ(put.error().code, code) << status;
    EXPECT_EQ(put.error().message, "S3: answered " + std::to_string(status) + ": Why" +
                                       (status == 403 ? "; check the credentials" : ""));
  }
  client.answers.emplace_back(answer(200, "damaged"));
  EXPECT_EQ(store.list("").error().code, ErrorCode::io);
  client.answers.emplace_back(base::fail(ErrorCode::unavailable, "no connection"));
  EXPECT_EQ(store.get("a").error().code, ErrorCode::unavailable);
}

TEST(ObjectBlobs, TryAgainWhatFailsWithinTheService) {
  ScriptedClient client;
  S3Options options;
  options.bucket = "b";
  ObjectBlobStore store("S3", std::make_unique<S3Service>(options), "", {}, client);
  for (const int status : {500, 502, 200}) client.answers.emplace_back(answer(status, ""));
  EXPECT_TRUE(store.put("a", bytes_of("x")));
  ASSERT_EQ(client.requests.size(), 3U);
  EXPECT_EQ(client.requests[2].body, "x");
  for (int i = 0; i < 3; ++i) client.answers.emplace_back(answer(500, ""));
  const auto put = store.put("a", bytes_of("x"));
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, ErrorCode::unavailable);
  EXPECT_EQ(client.requests.size(), 6U);
  client.answers.emplace_back(answer(503, ""));
  EXPECT_FALSE(store.put("a", bytes_of("x")));
  EXPECT_EQ(client.requests.size(), 7U);
}

TEST(ObjectBlobs, ListsPageByPage) {
  ScriptedClient client;
  S3Options options;
  options.bucket = "b";
  ObjectBlobStore store("S3", std::make_unique<S3Service>(options), "p/", {}, client);
  client.answers.emplace_back(
      answer(200,
             "<ListBucketResult><Contents><Key>p/s/b</Key><Size>1</Size></Contents>"
             "<Contents><Key>p/s/.hidden</Key><Size>9</Size></Contents>"
             "<NextContinuationToken>t+</NextContinuationToken></ListBucketResult>"));
  client.answers.emplace_back(answer(
      200,
      "<ListBucketResult><Contents><Key>p/s/a</Key><Size>2</Size></Contents></ListBucketResult>"));
  EXPECT_THAT(store.list("s").value(), testing::ElementsAre("s/a", "s/b"));
  ASSERT_EQ(client.requests.size(), 2U);
  EXPECT_THAT(client.requests[0].url, testing::EndsWith("/?list-type=2&prefix=p%2Fs%2F"));
  EXPECT_THAT(client.requests[1].url,
              testing::EndsWith("/?continuation-token=t%2B&list-type=2&prefix=p%2Fs%2F"));
}

TEST(ObjectBlobs, AListThatDoesNotEndIsAnError) {
  ScriptedClient client;
  S3Options options;
  options.bucket = "b";
  ObjectBlobStore store("S3", std::make_unique<S3Service>(options), "", {}, client);
  for (int i = 0; i < 3; ++i) {
    client.answers.emplace_back(answer(200,
                                       "<ListBucketResult><NextContinuationToken>x"
                                       "</NextContinuationToken></ListBucketResult>"));
  }
  EXPECT_THAT(store.list("").error().message, HasSubstr("does not end"));
}

TEST(Signing, Base64) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("\xfb\xff\xfe"), "+//+");
  EXPECT_EQ(base64_url("\xfb\xff\xfe\x01"), "-__-AQ");
  for (const char* text : {"", "a", "ab", "abc", "abcd"}) {
    EXPECT_EQ(from_base64(base64(text)).value(), text);
  }
  EXPECT_FALSE(from_base64("abc"));
  EXPECT_FALSE(from_base64("ab!="));
}

// RFC 4231, test case 2.
TEST(Signing, Hmac) {
  EXPECT_EQ(base64(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
}

}  // namespace
}  // namespace sluice::store
