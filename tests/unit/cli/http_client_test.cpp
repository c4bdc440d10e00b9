#include "cli/http_client.hpp"

#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_helpers.hpp"

namespace sluice::cli {
namespace {

using boost::asio::ip::tcp;
using ::testing::HasSubstr;

/// A server that gives one prepared answer per request and closes each connection after as many
/// requests as it is told.
class Server {
 public:
  Server(std::string answer, int per_connection, int connections)
      : acceptor_(io_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)),
        thread_([this, answer = std::move(answer), per_connection, connections] {
          for (int i = 0; i < connections; ++i) serve(answer, per_connection);
        }) {}
  ~Server() { thread_.join(); }

  [[nodiscard]] std::string url() const {
    return fmt::format("http://127.0.0.1:{}", acceptor_.local_endpoint().port());
  }
  std::vector<std::string> heads;  ///< what was asked, to be looked at after the answers

 private:
  void serve(const std::string& answer, int requests) {
    tcp::socket socket(io_);
    acceptor_.accept(socket);
    boost::system::error_code error;
    std::string data;
    for (int i = 0; i < requests; ++i) {
      const auto size =
          boost::asio::read_until(socket, boost::asio::dynamic_buffer(data), "\r\n\r\n", error);
      if (error) return;
      heads.push_back(data.substr(0, size));
      data.erase(0, size);
      boost::asio::write(socket, boost::asio::buffer(answer), error);
    }
  }

  boost::asio::io_context io_;
  tcp::acceptor acceptor_;
  std::thread thread_;
};

std::unique_ptr<HttpClient> client(const std::string& url, HttpClientOptions options = {}) {
  return *HttpClient::create(*parse_http_url(url), std::move(options));
}

constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nRetry-After: 7\r\n\r\nhi";

TEST(HttpUrl, TakesHostPortPathAndScheme) {
  const auto plain = parse_http_url("127.0.0.1:8000");
  ASSERT_TRUE(plain);
  EXPECT_EQ(to_string(*plain), "http://127.0.0.1:8000");
  const auto whole = parse_http_url("HTTPS://[::1]/edge/");
  ASSERT_TRUE(whole);
  EXPECT_TRUE(whole->tls);
  EXPECT_EQ(whole->host, "::1");
  EXPECT_EQ(to_string(*whole), "https://[::1]:443/edge");
}

TEST(HttpUrl, SaysWhatIsWrong) {
  for (const auto& [text, why] :
       std::vector<std::pair<std::string, std::string>>{{"ftp://a", "neither http nor https"},
                                                        {"http://", "no host"},
                                                        {"a:0", "port"},
                                                        {"a:99999", "port"},
                                                        {"[::1", "without"},
                                                        {"[::1]x:1", "ends the host"},
                                                        {"a b", "character"},
                                                        {"a/b?c", "query"}}) {
    const auto url = parse_http_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, base::ErrorCode::invalid);
    EXPECT_THAT(url.error().message, HasSubstr(why)) << text;
  }
}

TEST(HttpClient, KeepsItsConnectionAndSendsItsToken) {
  Server server(kOk, 2, 1);
  const auto http = client(server.url() + "/base", {.token = "secret"});
  for (int i = 0; i < 2; ++i) {
    const auto reply = http->send({.target = "/v2", .fields = {{"X-Test", "1"}}});
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->status, 200u);
    EXPECT_EQ(reply->body, "hi");
    EXPECT_EQ(reply->field("retry-after"), "7");
  }
  EXPECT_THAT(server.heads[0], HasSubstr("GET /base/v2 HTTP/1.1"));
  EXPECT_THAT(server.heads[1], HasSubstr("Authorization: Bearer secret"));
  EXPECT_THAT(server.heads[1], HasSubstr("X-Test: 1"));
}

TEST(HttpClient, ConnectsAgainWhenTheServerClosedTheKeptConnection) {
  Server server(kOk, 1, 2);
  const auto http = client(server.url());
  EXPECT_TRUE(http->send({}));
  const auto again = http->send({});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->body, "hi");
}

TEST(HttpClient, GivesAnErrorStatusAsAnAnswer) {
  Server server("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", 1, 1);
  const auto reply = client(server.url())->send({});
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 503u);
}

TEST(HttpClient, SaysWhereNobodyAnswers) {
  std::string url;
  {
    boost::asio::io_context io;
    const tcp::acceptor closed(io, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    url = fmt::format("http://127.0.0.1:{}", closed.local_endpoint().port());
  }
  const auto reply = client(url)->send({});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, base::ErrorCode::unavailable);
  EXPECT_THAT(reply.error().message, HasSubstr(url + ": cannot connect"));
}

TEST(HttpClient, GivesUpOnAServerThatDoesNotAnswer) {
  boost::asio::io_context io;
  const tcp::acceptor silent(io, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
  const auto http = client(fmt::format("http://127.0.0.1:{}", silent.local_endpoint().port()),
                           {.timeout = std::chrono::milliseconds(20)});
  const auto reply = http->send({});
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message, HasSubstr("no answer within 0.02 s"));
}

TEST(HttpClient, RefusesWhatIsNotHttpAndWhatIsTooLarge) {
  {
    Server server("SSH-2.0-x\r\n\r\n", 1, 1);
    EXPECT_FALSE(client(server.url())->send({}));
  }
  Server server(kOk, 1, 1);
  const auto reply = client(server.url(), {.most_bytes = 1})->send({});
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message, HasSubstr("no answer: body limit exceeded"));
}

TEST(HttpClient, NamesACertificateFileThatCannotBeUsed) {
  const auto http =
      HttpClient::create(*parse_http_url("https://localhost"), {.ca_file = "/no/such/file.pem"});
  ASSERT_FALSE(http);
  EXPECT_THAT(http.error().message, HasSubstr("/no/such/file.pem"));
}

TEST(TokenFile, GivesItsFirstLineTrimmed) {
  const Folder folder;
  EXPECT_EQ(*read_token_file(folder.write("token", "  abc \r\nx\n")), "abc");
  EXPECT_FALSE(read_token_file(folder.write("empty", " \n")));
  EXPECT_FALSE(read_token_file(folder.path("none")));
}

}  // namespace
}  // namespace sluice::cli
