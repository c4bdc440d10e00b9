// Blobs in emulators of the object stores.
#include <atomic>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/manual_clock.hpp"
#include "integration/store/servers_helpers.hpp"
#include "store/azure_service.hpp"
#include "store/open.hpp"
#include "store/spooling_blob_store.hpp"
#include "transfer/http.hpp"
#include "unit/store/any_blob_store.hpp"

namespace sluice::store {
namespace {

using testing::HasSubstr;

const base::ManualClock kStillClock;

std::string new_prefix() {
  static std::atomic<int> last{0};
  return fmt::format("test-{}/", ++last);
}

int status_of(const transfer::HttpRequest& request) {
  return transfer::http_client().value()->send(request).value().status;
}

S3Options s3_options(TestServer& server) {
  server.start();
  S3Options options;
  options.bucket = "sluice";
  options.endpoint = fmt::format("http://127.0.0.1:{}", server.port());
  options.path_style = true;
  options.prefix = new_prefix();
  return options;
}

class BlobsInS3 {
 public:
  static constexpr bool kTakesEmpty = true;
  static TestServer& server() { return s3_server(); }
  static std::string missing() { return server().missing(); }
  static S3Options options() {
    S3Options options = s3_options(server());
    options.access_key = "key";
    options.secret_key = "secret";
    EXPECT_EQ(status_of({.method = "PUT", .url = options.endpoint + "/sluice"}), 200);
    return options;
  }
  static std::unique_ptr<BlobStore> open() {
    return open_blob_store({.place = options()}, kStillClock).value();
  }
};

// The emulator's own account, which is no secret.
constexpr const char* kAzuriteKey =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

class BlobsInAzure {
 public:
  static constexpr bool kTakesEmpty = true;
  static TestServer& server() { return azure_server(); }
  static std::string missing() { return server().missing(); }
  static AzureOptions options() {
    server().start();
    AzureOptions options;
    options.connection_string = fmt::format(
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={};"
        "BlobEndpoint=http://127.0.0.1:{}/devstoreaccount1;",
        kAzuriteKey, server().port());
    options.container = "sluice";
    options.prefix = new_prefix();
    return options;
  }
  static std::unique_ptr<BlobStore> open() {
    const AzureOptions azure = options();
    make_container(azure);
    return open_blob_store({.place = azure}, kStillClock).value();
  }

 private:
  /// A signed request that the store itself never makes.
  static void make_container(const AzureOptions& options) {
    const auto account = parse_azure_account(options.connection_string).value();
    const AzureService service(account, options.container, &system_time);
    const auto request = service.request("PUT", "", {{"restype", "container"}});
    EXPECT_THAT(status_of(request), testing::AnyOf(201, 409));  // it may be there
  }
};

class BlobsInGcs {
 public:
  static constexpr bool kTakesEmpty = false;
  static TestServer& server() { return gcs_server(); }
  static std::string missing() { return server().missing(); }
  static GcsOptions options() {
    server().start();
    GcsOptions options;
    options.bucket = "sluice";
    options.endpoint = fmt::format("http://127.0.0.1:{}", server().port());
    options.access = GcsOptions::Access::anonymous;
    options.prefix = new_prefix();
    return options;
  }
  static std::unique_ptr<BlobStore> open() {
    return open_blob_store({.place = options()}, kStillClock).value();
  }
};

using Clouds = testing::Types<BlobsInS3, BlobsInAzure, BlobsInGcs>;
INSTANTIATE_TYPED_TEST_SUITE_P(Cloud, AnyBlobStore, Clouds);

template <class Place>
class CloudBlobs : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string missing = Place::missing(); !missing.empty()) GTEST_SKIP() << missing;
  }
};
TYPED_TEST_SUITE(CloudBlobs, Clouds);

TYPED_TEST(CloudBlobs, KeepWhatIsLarge) {
  const auto store = TypeParam::open();
  std::string large(3 << 20, 'x');
  for (std::size_t i = 0; i < large.size(); i += 997) large[i] = static_cast<char>(i);
  ASSERT_TRUE(store->put("large.jpg", bytes_of(large)));
  EXPECT_EQ(text_of(store->get("large.jpg").value()), large);
  EXPECT_EQ(store->bytes("").value(), large.size());
}

TYPED_TEST(CloudBlobs, AMissingBucketIsAnErrorOfItsOwn) {
  auto options = TypeParam::options();
  if constexpr (requires { options.bucket; }) {
    options.bucket = "nothing-here";
  } else {
    options.container = "nothing-here";
  }
  const auto store = open_blob_store({.place = options}, kStillClock).value();
  const auto put = store->put("a", bytes_of("x"));
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, base::ErrorCode::io) << put.error().message;
  EXPECT_THAT(put.error().message, HasSubstr("404"));
}

TYPED_TEST(CloudBlobs, FollowWhenTheServerIsThere) {
  const StoreFolder folder;
  base::ManualClock clock;
  // The emulators forget everything when they end: here the network is away, not the server.
  auto options = TypeParam::options();
  auto remote = TypeParam::open();
  SpoolOptions spool;
  spool.path = folder.path() / "spool";
  {
    auto away = options;
    if constexpr (requires { away.endpoint; }) {
      away.endpoint = fmt::format("http://127.0.0.1:{}", free_port());
    } else {
      away.connection_string = fmt::format(
          "AccountName=a;AccountKey=YQ==;BlobEndpoint=http://127.0.0.1:{}", free_port());
    }
    auto nowhere = open_blob_store({.place = away}, clock).value();
    auto store = SpoolingBlobStore::open(spool, std::move(nowhere), clock).value();
    for (int i = 0; i < 60; ++i) {
      ASSERT_TRUE(store->put(fmt::format("i/{:02}", i), bytes_of(std::to_string(i))));
      store->step();
      clock.advance(std::chrono::seconds(1));
    }
    EXPECT_EQ(store->uploads()->waiting, 60U);
    EXPECT_EQ(text_of(store->get("i/07").value()), "7");
  }
  auto store = SpoolingBlobStore::open(spool, std::move(remote), clock).value();
  EXPECT_EQ(store->uploads()->waiting, 60U);
  while (store->step() != base::kNever) {
  }
  EXPECT_EQ(store->uploads()->waiting, 0U);
  EXPECT_EQ(store->list("i").value().size(), 60U);
  EXPECT_EQ(text_of(store->get("i/07").value()), "7");
}

/// The text of an element of an XML document that has one of that name.
std::string element(const std::string& xml, const std::string& name) {
  const auto open = xml.find("<" + name + ">");
  if (open == std::string::npos) return {};
  const auto begin = open + name.size() + 2;
  return xml.substr(begin, xml.find("</" + name + ">", begin) - begin);
}

/// Asks Moto's IAM, which it finds by the credential's scope.
std::string ask_iam(const std::string& url, const std::string& form) {
  const transfer::HttpRequest request{
      .method = "POST",
      .url = url,
      .fields = {{"Content-Type", "application/x-www-form-urlencoded"},
                 {"Authorization",
                  "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/iam/aws4_request, "
                  "SignedHeaders=host, Signature=a"}},
      .body = form + "&Version=2010-05-08"};
  const auto answer = transfer::http_client().value()->send(request).value();
  EXPECT_EQ(answer.status, 200) << answer.body;
  return answer.body;
}

struct AccessKey {
  std::string id;
  std::string secret;
};

/// Makes the bucket and a user who may do everything with S3. From then on Moto compares each
/// request's signature with the one that botocore makes of it.
AccessKey check_signatures(const std::string& url) {
  ask_iam(url, "Action=CreateUser&UserName=line");
  const auto key = ask_iam(url, "Action=CreateAccessKey&UserName=line");
  ask_iam(url,
          "Action=PutUserPolicy&UserName=line&PolicyName=all&PolicyDocument="
          R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*",)"
          R"("Resource":"*"}]})");
  EXPECT_EQ(status_of({.method = "PUT", .url = url + "/sluice"}), 200);
  EXPECT_EQ(status_of({.method = "POST",
                       .url = url + "/moto-api/reset-auth",
                       .fields = {{"Content-Type", "text/plain"}},
                       .body = "0"}),
            200);
  return {element(key, "AccessKeyId"), element(key, "SecretAccessKey")};
}

/// As the user whose signatures are checked.
S3Options checked_s3_options() {
  S3Options options = s3_options(checking_s3_server());
  static const AccessKey key = check_signatures(options.endpoint);
  options.access_key = key.id;
  options.secret_key = key.secret;
  return options;
}

/// Puts, reads, lists and removes a blob.
void expect_signed_right(BlobStore& store, const std::string& name) {
  SCOPED_TRACE(name);
  const auto put = store.put(name, bytes_of("x"));
  ASSERT_TRUE(put) << put.error().message;
  const auto got = store.get(name);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(text_of(*got), "x");
  const auto folder = name.substr(0, name.rfind('/'));
  const auto listed = store.list(folder);
  ASSERT_TRUE(listed) << listed.error().message;
  EXPECT_THAT(*listed, testing::ElementsAre(name));
  const auto removed = store.remove(name);
  ASSERT_TRUE(removed) << removed.error().message;
  EXPECT_EQ(store.get(name).error().code, base::ErrorCode::not_found);
}

// What names may have that URLs, or only Amazon's canonical requests, write in another way.
TEST(S3Blobs, TheSignatureIsRightForAnyName) {
  if (!BlobsInS3::missing().empty()) GTEST_SKIP() << BlobsInS3::missing();
  const auto store = open_blob_store({.place = checked_s3_options()}, kStillClock).value();
  for (const char* name :
       {"plain/front.jpg", "a b/c d", "a+b/c+d", "100%/%20", "a=b/c&d=e",
        "\xC3\xA4/\xE6\xBC\xA2.jpg", "(1)/~it's!*", "a:b/c;d,e@f$g", "a#b/c?d", "[0]/{x}|^`\"<>"}) {
    expect_signed_right(*store, name);
  }
}

TEST(S3Blobs, AWrongKeyIsRefused) {
  if (!BlobsInS3::missing().empty()) GTEST_SKIP() << BlobsInS3::missing();
  const auto refusal = [](const S3Options& options) {
    const auto put = open_blob_store({.place = options}, kStillClock).value()->put("a", {});
    EXPECT_FALSE(put);
    if (put) return std::string();
    EXPECT_EQ(put.error().code, base::ErrorCode::io);
    EXPECT_THAT(put.error().message, testing::Not(HasSubstr(options.secret_key)));
    return put.error().message;
  };
  S3Options options = checked_s3_options();
  options.secret_key += "x";
  EXPECT_EQ(refusal(options), "S3: answered 403: SignatureDoesNotMatch; check the credentials");
  options = checked_s3_options();
  options.access_key = "AKIAUNKNOWN";
  EXPECT_EQ(refusal(options), "S3: answered 403: InvalidAccessKeyId; check the credentials");
}

TEST(AzureBlobs, AWrongKeyIsRefused) {
  if (!BlobsInAzure::missing().empty()) GTEST_SKIP() << BlobsInAzure::missing();
  AzureOptions options = BlobsInAzure::options();
  const auto key = options.connection_string.find("Eby8");
  options.connection_string.replace(key, 4, "AAAA");
  const auto put = open_blob_store({.place = options}, kStillClock).value()->put("a", {});
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, base::ErrorCode::io);
  EXPECT_THAT(put.error().message, HasSubstr("403"));
}

}  // namespace
}  // namespace sluice::store
