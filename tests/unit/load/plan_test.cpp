#include "load/plan.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace sluice::load {
namespace {

class File {
 public:
  explicit File(const std::string& text) {
    auto pattern = (std::filesystem::temp_directory_path() / "sluice-load-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    std::ofstream(path()) << text;
  }
  ~File() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] std::string path() const { return (folder_ / "load.yaml").string(); }

 private:
  std::filesystem::path folder_;
};

TEST(ParseUrl, KnowsTheProtocolsAndTheirPorts) {
  const auto http = parse_url("http://127.0.0.1");
  ASSERT_TRUE(http);
  EXPECT_EQ(http->protocol, Protocol::http);
  EXPECT_EQ(http->host, "127.0.0.1");
  EXPECT_EQ(http->port, 8000);
  EXPECT_EQ(parse_url("grpc://edge:9")->port, 9);
  EXPECT_EQ(parse_url("tcp://[::1]:81/")->host, "::1");
  EXPECT_EQ(parse_url("tcp://[::1]")->port, 8008);
}

TEST(ParseUrl, RefusesWhatIsNoPlace) {
  for (const auto* url :
       {"", "127.0.0.1:8000", "ftp://a", "http://", "http://a:0", "http://a:65536", "http://a:b",
        "http://a/path", "http://[::1", "http://[::1]x"}) {
    const auto target = parse_url(url);
    ASSERT_FALSE(target) << url;
    EXPECT_NE(target.error().message.find("http://HOST:PORT"), std::string::npos);
  }
}

TEST(MakePlan, MakesOneStreamOfSettings) {
  const auto plan = make_plan(
      {.file = {},
       .settings = {"task=labels", "rate=100/s", "deadline=80ms", "shape.x=[1,3]", "duration=3s"},
       .streams = {},
       .urls = {"http://a:1"}});
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->streams.size(), 1u);
  const auto& stream = plan->streams[0];
  EXPECT_EQ(stream.name, "labels");
  EXPECT_EQ(stream.model, "labels");
  EXPECT_EQ(stream.arrivals.rate, 100);
  EXPECT_EQ(stream.arrivals.kind, simulate::ArrivalKind::poisson);
  EXPECT_EQ(stream.deadline, std::chrono::milliseconds(80));
  EXPECT_EQ(stream.connections, 1000u);
  EXPECT_EQ(stream.shape.at("x"), (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(plan->duration, std::chrono::seconds(3));
}

TEST(MakePlan, StreamsOfAFileStartFromItsOwnKeys) {
  const File file(R"(url: tcp://edge
duration: 5s
deadline: 50ms
streams:
  - { task: a, rate: 10/s }
  - { task: b, arrivals: closed, deadline: none }
)");
  const auto plan =
      make_plan({.file = file.path(), .settings = {"seed=7"}, .streams = {}, .urls = {}});
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->streams.size(), 2u);
  EXPECT_EQ(plan->seed, 7u);
  EXPECT_EQ(plan->streams[0].deadline, std::chrono::milliseconds(50));
  EXPECT_EQ(plan->streams[1].deadline, base::kForever);
  EXPECT_FALSE(plan->streams[1].pace);
  EXPECT_EQ(plan->streams[1].connections, 1u);
  EXPECT_EQ(plan->streams[1].url, "tcp://edge");
}

TEST(MakePlan, SendsEveryStreamToEveryUrl) {
  const auto plan = make_plan({.file = {},
                               .settings = {},
                               .streams = {"{model: m, rate: 1/s}", "{model: n, rate: 1/s}"},
                               .urls = {"http://a", "tcp://b"}});
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->streams.size(), 4u);
  EXPECT_EQ(plan->streams[1].name, "m tcp://b");
}

TEST(MakePlan, SaysWhatIsWrong) {
  const auto message = [](std::vector<std::string> settings) {
    const auto plan = make_plan(
        {.file = {}, .settings = std::move(settings), .streams = {}, .urls = {"http://a"}});
    return plan ? std::string() : plan.error().message;
  };
  EXPECT_NE(message({"rate=1/s"}).find("`model` or `task`"), std::string::npos);
  EXPECT_NE(message({"model=m"}).find("needs `rate`"), std::string::npos);
  EXPECT_NE(message({"model=m", "rat=1/s"}).find("did you mean \"rate\""), std::string::npos);
  EXPECT_NE(message({"model=m", "arrivals=trace"}).find("needs `trace`"), std::string::npos);
  EXPECT_NE(message({"model=m", "rate=1/s", "payload=file"}).find("needs `data`"),
            std::string::npos);
  EXPECT_NE(message({"model=m", "rate=1/s", "duration=1s"}).find("warm_up"), std::string::npos);
}

}  // namespace
}  // namespace sluice::load
