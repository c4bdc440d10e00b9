// Against a server of the test's own authority.
#include <cstdio>
#include <filesystem>

#include <boost/asio/ssl.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include "transfer/curl/client.hpp"
#include "unit/transfer/http_test_server.hpp"

namespace sluice::transfer::curl {
namespace {

namespace asio = boost::asio;

/// A self-signed certificate for 127.0.0.1, which is its own authority.
class TestCertificate {
 public:
  TestCertificate()
      : key_(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")), certificate_(X509_new()) {
    X509_set_version(certificate_, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate_), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate_), 3600);
    X509_set_pubkey(certificate_, key_);
    auto* name = X509_get_subject_name(certificate_);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate_, name);
    auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(certificate_, extension, -1);
    X509_EXTENSION_free(extension);
    X509_sign(certificate_, key_, EVP_sha256());
    auto* file = std::fopen(path().c_str(), "w");
    PEM_write_X509(file, certificate_);
    std::fclose(file);
  }
  ~TestCertificate() {
    std::filesystem::remove(path());
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }
  TestCertificate(const TestCertificate&) = delete;
  TestCertificate& operator=(const TestCertificate&) = delete;

  [[nodiscard]] std::string path() const {
    return (std::filesystem::temp_directory_path() / fmt::format("sluice-ca-{}.pem", ::getpid()))
        .string();
  }
  void use(asio::ssl::context& context) const {
    SSL_CTX_use_certificate(context.native_handle(), certificate_);
    SSL_CTX_use_PrivateKey(context.native_handle(), key_);
  }

 private:
  EVP_PKEY* key_;
  X509* certificate_;
};

/// Answers each of a number of connections once, if its handshake succeeds.
class TlsTestServer {
 public:
  TlsTestServer(const TestCertificate& certificate, int connections) {
    certificate.use(tls_);
    thread_ = std::thread([this, connections] {
      for (int i = 0; i < connections; ++i) serve();
    });
  }
  ~TlsTestServer() { thread_.join(); }
  [[nodiscard]] std::string url() const {
    return fmt::format("https://127.0.0.1:{}/", acceptor_.local_endpoint().port());
  }

 private:
  void serve() {
    boost::system::error_code error;
    asio::ssl::stream<asio::ip::tcp::socket> stream(context_, tls_);
    acceptor_.accept(stream.next_layer(), error);
    stream.handshake(asio::ssl::stream_base::server, error);
    if (error) return;
    boost::beast::flat_buffer buffer;
    HttpTestServer::Request request;
    boost::beast::http::read(stream, buffer, request, error);
    if (error) return;
    asio::write(stream, asio::buffer(HttpTestServer::answer(200, "secure")), error);
  }

  asio::io_context context_;
  asio::ssl::context tls_{asio::ssl::context::tls_server};
  asio::ip::tcp::acceptor acceptor_{
      context_, asio::ip::tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)};
  std::thread thread_;
};

TEST(CurlClientTls, TrustsTheGivenAuthorityOnly) {
  const TestCertificate certificate;
  const TlsTestServer server(certificate, 2);
  CurlClient client;
  const auto refused = client.send({.url = server.url()});
  EXPECT_FALSE(refused);
  if (!refused) {
    EXPECT_EQ(refused.error().code, base::ErrorCode::unavailable);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("certificate"));
  }
  const auto answer = client.send({.url = server.url(), .ca_file = certificate.path()});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "secure");
}

TEST(CurlClientTls, AnAuthorityFileThatIsNotThereIsInvalid) {
  const TestCertificate certificate;
  const TlsTestServer server(certificate, 1);
  CurlClient client;
  const auto answer = client.send({.url = server.url(), .ca_file = "/nowhere/ca.pem"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, base::ErrorCode::invalid);
  EXPECT_THAT(answer.error().message, testing::HasSubstr("/nowhere/ca.pem"));
}

}  // namespace
}  // namespace sluice::transfer::curl
