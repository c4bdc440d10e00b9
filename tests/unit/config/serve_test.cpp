// The section `serve`, and what only `sluice serve` uses.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.hpp"
#include "config/document_json.hpp"
#include "config/listen_address.hpp"
#include "config/workload.hpp"
#include "unit/config/config_helpers.hpp"

namespace sluice::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(ListenAddress, ReadsAndWritesEveryForm) {
  for (const auto* text : {"127.0.0.1:8000", "0.0.0.0:0", "[::1]:65535", "[fe80::1:2]:80", "off"}) {
    const auto parsed = parse_listen_address(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(format_listen_address(*parsed), text);
  }
  EXPECT_EQ(parse_listen_address("[::1]:8000")->address, "::1");
  EXPECT_EQ(parse_listen_address("127.0.0.1:8000")->port, 8000);
  EXPECT_TRUE(parse_listen_address("off")->address.empty());
}

TEST(ListenAddress, RefusesWhatIsNone) {
  for (const auto* text :
       {"", ":", "8000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80",
        "[127.0.0.1]:80", "[::1:80", "localhost:80", "127.0.0.1:80x", "1.2.3:80", "on"}) {
    EXPECT_FALSE(parse_listen_address(text)) << text;
  }
  EXPECT_THAT(parse_listen_address("8000").error().message,
              HasSubstr("for example 127.0.0.1:8000"));
}

TEST(Serve, DefaultsAreLoopback) {
  const auto serve = config_of(with("")).serve;
  EXPECT_EQ(format_listen_address(serve.options.http), "127.0.0.1:8000");
  EXPECT_EQ(format_listen_address(serve.options.grpc), "127.0.0.1:8001");
  EXPECT_EQ(format_listen_address(serve.options.tcp), "127.0.0.1:8008");
  EXPECT_EQ(format_listen_address(serve.options.admin), "off");
  EXPECT_EQ(serve.models, "");
}

TEST(Serve, EveryKey) {
  const auto serve = config_of(with(R"(serve:
  http: 0.0.0.0:80
  grpc: off
  tcp: "[::1]:9"
  admin: 127.0.0.1:9000
  models: networks
  tls: { certificate: tls/cert.pem, key: tls/key.pem, client_ca: /etc/ca.pem }
  tokens: tokens.txt
  limits:
    connections: 10
    header: 4KiB
    body: 1MiB
    tensors: 3
    dims: 4
    json_depth: 5
    pipelined: 6
    client_rate: 7/s
    client_burst: 8
    idle_timeout: 9s
    read_timeout: 10s
    write_timeout: 11s
  io_threads: 2
  default_task: { priority: -3, latency_budget: 250ms, queue_capacity: 12 }
  grace: 13s
  watch_interval: none
  window: 14s
  window_events: 15000
  legacy_metrics: true
  log_every: 1000
)"))
                         .serve;
  const auto& o = serve.options;
  EXPECT_EQ(format_listen_address(o.http), "0.0.0.0:80");
  EXPECT_EQ(format_listen_address(o.grpc), "off");
  EXPECT_EQ(format_listen_address(o.tcp), "[::1]:9");
  EXPECT_EQ(format_listen_address(o.admin), "127.0.0.1:9000");
  EXPECT_EQ(serve.models, "networks");
  EXPECT_EQ(o.tls.certificate, "tls/cert.pem");
  EXPECT_EQ(o.tls.key, "tls/key.pem");
  EXPECT_EQ(o.tls.client_ca, "/etc/ca.pem");
  EXPECT_EQ(o.tokens, "tokens.txt");
  EXPECT_EQ(o.limits.connections, 10u);
  EXPECT_EQ(o.limits.header_bytes, 4096u);
  EXPECT_EQ(o.limits.body_bytes, 1u << 20);
  EXPECT_EQ(o.limits.tensors, 3u);
  EXPECT_EQ(o.limits.dims, 4u);
  EXPECT_EQ(o.limits.json_depth, 5u);
  EXPECT_EQ(o.limits.pipelined, 6u);
  EXPECT_DOUBLE_EQ(o.limits.client_rate, 7);
  EXPECT_DOUBLE_EQ(o.limits.client_burst, 8);
  EXPECT_EQ(o.limits.idle_timeout, seconds(9));
  EXPECT_EQ(o.limits.read_timeout, seconds(10));
  EXPECT_EQ(o.limits.write_timeout, seconds(11));
  EXPECT_EQ(o.io_threads, 2u);
  EXPECT_EQ(o.default_task.priority, -3);
  EXPECT_EQ(o.default_task.latency_budget, milliseconds(250));
  EXPECT_EQ(o.default_task.queue_capacity, 12u);
  EXPECT_EQ(o.grace, seconds(13));
  EXPECT_EQ(o.watch_interval, base::kForever);
  EXPECT_EQ(o.window, seconds(14));
  EXPECT_EQ(o.window_events, 15000u);
  EXPECT_TRUE(o.legacy_metrics);
  EXPECT_EQ(o.log_every, 1000u);
}

TEST(Serve, PathsAreRelativeToTheFile) {
  const auto loaded =
      load_text("serve: { models: networks, tokens: t, tls: { certificate: c, key: /k } }",
                "/etc/s/run.yaml");
  ASSERT_TRUE(loaded.config) << to_error(loaded.problems).message;
  const auto& serve = loaded.config->serve;
  EXPECT_EQ(serve.models, "/etc/s/networks");
  EXPECT_EQ(serve.options.tokens, "/etc/s/t");
  EXPECT_EQ(serve.options.tls.certificate, "/etc/s/c");
  EXPECT_EQ(serve.options.tls.key, "/k");
}

TEST(Serve, Problems) {
  EXPECT_THAT(problems_of(with("serve: { http: localhost:80 }\n")),
              ElementsAre("run.yaml:7:16: serve.http: \"localhost:80\" is not an address; write "
                          "ADDRESS:PORT, for example 127.0.0.1:8000, [::1]:8000, or off"));
  EXPECT_THAT(problems_of(with("serve: { http: 127.0.0.1:66000 }\n")),
              ElementsAre(HasSubstr("has no port from 0 to 65535")));
  EXPECT_THAT(problems_of(with("serve: { http: off, grpc: off, tcp: off }\n")),
              ElementsAre(HasSubstr("are all off, so nobody can ask")));
  EXPECT_THAT(problems_of(with("serve: { tls: { certificate: c.pem } }\n")),
              ElementsAre(HasSubstr("serve.tls: the key \"key\" is missing")));
}

TEST(Serve, AFolderOfModelsIsEnough) {
  const auto config = config_of("serve: { models: networks }");
  EXPECT_TRUE(config.models.empty());
  EXPECT_TRUE(config.tasks.empty());
}

TEST(Serve, TasksMayWantModelsOfTheFolder) {
  const auto config = config_of("serve: { models: networks }\ntasks: [{ name: t, model: net }]\n");
  EXPECT_EQ(config.tasks.at(0).model, "net");
  EXPECT_EQ(config.tasks[0].options.model, schedule::kNone);
}

TEST(Serve, WithoutAFolderAModelMustBeListed) {
  EXPECT_THAT(problems_of(std::string(kModels) + "tasks: [{ name: t, model: net }]\n"),
              ElementsAre(HasSubstr("there is no model \"net\"")));
}

TEST(Serve, OtherCommandsNeedTheirOwnModelsAndTasks) {
  const auto error_of = [](const std::string& text) {
    const auto config = config_of(text);
    EXPECT_FALSE(to_workload(config, 1));
    const auto good = needs_no_folder(config);
    return good ? std::string() : good.error().message;
  };
  EXPECT_THAT(error_of("serve: { models: networks }"), HasSubstr("models: there are none"));
  EXPECT_THAT(error_of(kModels), HasSubstr("tasks: there are none"));
  EXPECT_THAT(error_of(std::string(kModels) +
                       "tasks: [{ name: t, model: net }]\nserve: { models: networks }\n"),
              HasSubstr("tasks[0].model: \"net\" is not among `models`"));
  EXPECT_TRUE(needs_no_folder(config_of(with(""))));
}

TEST(Serve, VersionsAndLabelsOfAModel) {
  const auto config = config_of(R"(models:
  - { name: net, path: net, versions: [3, 12], labels: { scores: names.txt } }
)");
  EXPECT_THAT(config.models.at(0).versions, ElementsAre(3u, 12u));
  EXPECT_THAT(config.models[0].labels, ElementsAre(Pair("scores", "names.txt")));
}

TEST(DocumentJson, KeepsTypesAndOrder) {
  const auto loaded = load(R"(node: { name: "7" }
models: [{ name: net, path: net.onnx, spin: true, preprocess: { scale: 1/255 } }]
scheduler: { slots: 2 }
)");
  ASSERT_TRUE(loaded.config) << to_error(loaded.problems).message;
  EXPECT_EQ(base::to_json(to_json(loaded.document)),
            R"({"node":{"name":"7"},"models":[{"name":"net","path":"net.onnx","spin":true,)"
            R"("preprocess":{"scale":"1/255"}}],"scheduler":{"slots":2}})");
}

}  // namespace
}  // namespace sluice::config
