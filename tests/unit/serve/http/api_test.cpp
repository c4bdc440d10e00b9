#include "serve/http/api.hpp"

#include <gtest/gtest.h>

#include "serve/http/content_coding.hpp"
#include "serve/http/errors.hpp"
#include "serve/http/route.hpp"
#include "unit/serve/http/api_fixture.hpp"

namespace sluice::serve::http {
namespace {

constexpr const char* kInfer =
    R"({"id":"r1","inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"data":[1,3.5,2]}]})";

class ApiTest : public ApiFixture {
 protected:
  ApiTest() { make({}); }

  Response infer(const std::string& body, Fields fields = {}) {
    return call("POST", "/v2/models/echo/infer", body, std::move(fields));
  }
};

TEST_F(ApiTest, InfersInJson) {
  const auto response = infer(kInfer);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(text(response),
            R"({"model_name":"echo","model_version":"1","id":"r1","parameters":{"decision":"1-7",)"
            R"("late":false,"queue_ms":0.000,"compute_ms":0.000,"total_ms":0.000},"outputs":[)"
            R"({"name":"x","datatype":"FP32","shape":[1,3],"data":[1,3.5,2]}]})");
  EXPECT_EQ(calls, std::vector<std::string>{"infer ok"});
}

TEST_F(ApiTest, PassesWhatTheClientAsksFor) {
  Fields fields;
  fields.traceparent = "00-1-2-01";
  call("POST", "/v2/models/ec%68o/versions/1/infer",
       R"({"parameters":{"priority":3,"deadline_ms":8},"inputs":[]})", fields);
  EXPECT_EQ(service.last.model, "echo");
  EXPECT_EQ(service.last.version, "1");
  EXPECT_EQ(service.last.priority, 3u);
  EXPECT_EQ(service.last.timeout, std::chrono::milliseconds(8));
  EXPECT_EQ(service.last.traceparent, "00-1-2-01");
}

TEST_F(ApiTest, BinaryOutputsFollowTheJson) {
  const auto response = infer(R"({"parameters":{"binary_data_output":true},"inputs":[)"
                              R"({"name":"x","datatype":"INT16","shape":[2],"data":[1,2]},)"
                              R"({"name":"s","datatype":"BYTES","shape":[1],"data":["ab"]}]})");
  ASSERT_EQ(response.status, 200) << text(response);
  EXPECT_EQ(response.content_type, "application/octet-stream");
  const std::string all = text(response);
  const std::string data("\x01\0\x02\0\x02\0\0\0ab", 10);
  EXPECT_EQ(field(response, "Inference-Header-Content-Length"),
            std::to_string(all.size() - data.size()));
  EXPECT_TRUE(all.ends_with(data));
  EXPECT_NE(all.find(R"("parameters":{"binary_data_size":4})"), std::string::npos);
}

TEST_F(ApiTest, ChosenOutputsAndClasses) {
  std::string body(kInfer);
  body.pop_back();
  const auto response =
      infer(body + R"(,"outputs":[{"name":"x","parameters":{"classification":2}}]})");
  ASSERT_EQ(response.status, 200) << text(response);
  const auto output = json(response).at("outputs").at(0);
  EXPECT_EQ(output.at("datatype"), "BYTES");
  EXPECT_EQ(output.at("data"), (boost::json::array{"3.500000:1:dog", "2.000000:2"}));

  ASSERT_EQ(service.last.outputs.size(), 1u);  // which it checks before the model runs
  EXPECT_EQ(service.last.outputs[0].name, "x");
  EXPECT_EQ(service.last.outputs[0].classes, 2u);

  EXPECT_EQ(infer(body + R"(,"outputs":[{"name":"nope"}]})").status, 400);
}

TEST_F(ApiTest, WhatJsonCannotCarryIsRefused) {
  const std::string head =
      R"({"inputs":[{"name":"x","datatype":"FP16","shape":[1],"parameters":{"binary_data_size":2}}]})";
  Fields fields;
  fields.inference_header_content_length = std::to_string(head.size());
  const auto response = infer(head + "ab", fields);
  EXPECT_EQ(response.status, 400);
  EXPECT_NE(text(response).find("binary_data"), std::string::npos);
  fields.inference_header_content_length = "1x";
  EXPECT_EQ(infer(head + "ab", fields).status, 400);
}

TEST_F(ApiTest, ARefusalTellsEverythingItKnows) {
  Refusal refusal;
  refusal.status = Status::overloaded;
  refusal.message = "shed";
  refusal.reason = "shed";
  refusal.decision = "1-9";
  refusal.protects = "labels";
  refusal.numbers.emplace().queued = 4;
  refusal.retry_after = std::chrono::milliseconds(1200);
  service.refusal = refusal;
  const auto response = infer(kInfer);
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(field(response, "Retry-After"), "2");
  const auto body = json(response);
  EXPECT_EQ(body.at("reason"), "shed");
  EXPECT_EQ(body.at("decision"), "1-9");
  EXPECT_EQ(body.at("protects"), "labels");
  EXPECT_EQ(body.at("numbers").at("queued"), 4);
  EXPECT_EQ(body.at("retry_after_ms").to_number<double>(), 1200);
}

TEST_F(ApiTest, StatusesThereAndBack) {
  for (int i = 0; i <= static_cast<int>(Status::internal); ++i) {
    const auto status = static_cast<Status>(i);
    EXPECT_EQ(status_from(http_status(status)), status) << to_string(status);
  }
}

TEST_F(ApiTest, ModelConfigLeavesTheBatchAxisOut) {
  service.max_batch = 4;
  const auto batched = json(get("/v2/models/echo/config"));
  EXPECT_EQ(batched.at("max_batch_size"), 4);
  EXPECT_TRUE(batched.as_object().contains("dynamic_batching"));
  EXPECT_EQ(batched.at("input").at(0).at("dims"), (boost::json::array{3}));
  EXPECT_EQ(batched.at("output").at(1).at("data_type"), "TYPE_STRING");
  EXPECT_EQ(batched.at("output").at(1).at("dims"), boost::json::array());
  service.max_batch = 1;
  const auto single = json(get("/v2/models/echo/config"));
  EXPECT_EQ(single.at("max_batch_size"), 0);
  EXPECT_EQ(single.at("input").at(0).at("dims"), (boost::json::array{-1, 3}));
}

TEST_F(ApiTest, HealthAndMetadata) {
  EXPECT_EQ(get("/v2/health/live").status, 200);
  EXPECT_EQ(get("/readyz").status, 200);
  EXPECT_EQ(json(get("/v2")).at("name"), "sluice");
  EXPECT_EQ(json(get("/v2/models/echo/versions/1")).at("inputs").at(0).at("datatype"), "FP32");
  EXPECT_EQ(json(get("/v2/models/echo/ready")).at("ready"), true);
  EXPECT_EQ(get("/v2/models/nope/ready").status, 404);
  EXPECT_EQ(get("/v2/models/echo/versions/2").status, 404);
  EXPECT_EQ(json(get("/v2/models/stats")).at("model_stats").at(0).at("inference_count"), 5);
  service.is_ready = false;
  const auto response = get("/v2/health/ready");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(field(response, "Retry-After"), "1");
  EXPECT_EQ(json(response).at("error"), "draining");
}

TEST_F(ApiTest, Repository) {
  EXPECT_EQ(json(call("POST", "/v2/repository/index")).as_array().size(), 2u);
  EXPECT_EQ(json(call("POST", "/v2/repository/index", R"({"ready":true})")).as_array().size(), 1u);
  EXPECT_EQ(call("POST", "/v2/repository/index", R"({"ready":1})").status, 400);
  EXPECT_EQ(call("POST", "/v2/repository/models/echo/load", "{}").status, 200);
  EXPECT_EQ(call("POST", "/v2/repository/models/nope/load").status, 404);
  EXPECT_EQ(
      call("POST", "/v2/repository/models/echo/load", R"({"parameters":{"config":"{}"}})").status,
      400);
  EXPECT_EQ(call("POST", "/v2/repository/models/echo/unload").status, 200);
}

TEST_F(ApiTest, LiveApi) {
  EXPECT_EQ(json(get("/api/v1/decisions?task=a&limit=2")).at("limit"), 2);
  EXPECT_EQ(get("/api/v1/decisions?limit=0").status, 400);
  EXPECT_EQ(json(get("/api/v1/requests/1-7")).at("decision"), "1-7");
  EXPECT_EQ(get("/api/v1/requests/1-8").status, 404);
  EXPECT_EQ(json(call("POST", "/api/v1/what-if", R"({"policy":"edf"})")).at("policy"), "edf");
  EXPECT_EQ(call("POST", "/api/v1/configuration/reload").status, 422);
  const auto stream = get("/api/v1/live/stream?interval_ms=250");
  EXPECT_EQ(stream.event_interval, std::chrono::milliseconds(250));
  EXPECT_EQ(stream.events(), "event: live\ndata: {\"node\":\"n\"}\n\n");
}

TEST_F(ApiTest, WrongPathsAndMethods) {
  EXPECT_EQ(get("/nothing").status, 404);
  EXPECT_EQ(get("/v2/").status, 404);
  EXPECT_EQ(get("relative").status, 400);
  const auto response = get("/v2/models/echo/infer");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(field(response, "Allow"), "POST");
  EXPECT_EQ(field(call("DELETE", "/metrics"), "Allow"), "GET, HEAD");
  EXPECT_EQ(call("HEAD", "/metrics").status, 200);
}

TEST_F(ApiTest, ManagementMayBeElsewhere) {
  ApiOptions options;
  options.management = false;
  make(options);
  EXPECT_EQ(call("POST", "/v2/repository/models/echo/load").status, 404);
  EXPECT_EQ(get("/api/v1/live").status, 404);
  EXPECT_EQ(infer(kInfer).status, 200);
}

TEST_F(ApiTest, RolesDecide) {
  need_tokens();
  make({});
  EXPECT_EQ(infer(kInfer).status, 401);
  EXPECT_EQ(field(infer(kInfer), "WWW-Authenticate"), "Bearer");
  EXPECT_EQ(infer(kInfer, as("wrong")).status, 401);
  EXPECT_EQ(infer(kInfer, as("in")).status, 200);
  EXPECT_EQ(call("GET", "/metrics", "", as("in")).status, 403);
  EXPECT_EQ(call("GET", "/metrics", "", as("op")).status, 200);
  EXPECT_EQ(call("POST", "/v2/repository/models/echo/load", "", as("op")).status, 403);
  EXPECT_EQ(call("POST", "/v2/repository/models/echo/load", "", as("ad")).status, 200);
  EXPECT_EQ(get("/healthz").status, 200);
}

TEST_F(ApiTest, RatesAreLimited) {
  make({}, 2);
  EXPECT_EQ(infer(kInfer).status, 200);
  const auto response = infer(kInfer);
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(json(response).at("reason"), "rate_limited");
}

TEST_F(ApiTest, CompressedBodies) {
  Fields fields;
  fields.content_encoding = "gzip";
  EXPECT_EQ(infer(compress(kInfer), fields).status, 200);
  EXPECT_EQ(infer(kInfer, fields).status, 400);
  fields.content_encoding = "br";
  EXPECT_EQ(infer(kInfer, fields).status, 415);
  ApiOptions options;
  options.limits.body_bytes = 1000;
  make(options);
  fields.content_encoding = "deflate";
  EXPECT_EQ(infer(compress(std::string(1001, ' ')), fields).status, 413);

  Fields accepts;
  accepts.accept_encoding = "gzip";
  const auto metrics = call("GET", "/metrics", "", accepts);
  EXPECT_EQ(field(metrics, "Content-Encoding"), "gzip");
  EXPECT_EQ(decompress(text(metrics), 5000).value(), service.metrics());
  EXPECT_EQ(field(call("GET", "/v2", "", accepts), "Content-Encoding"), "");
}

TEST_F(ApiTest, Pages) {
  const Asset assets[] = {{"/", "text/html", "<html>", "\"1\"", "packed"}};
  ApiOptions options;
  options.assets = assets;
  make(options);
  EXPECT_EQ(get("/").file, "<html>");
  EXPECT_NE(field(get("/"), "Content-Security-Policy"), "");
  Fields fields;
  fields.accept_encoding = "gzip";
  EXPECT_EQ(call("GET", "/", "", fields).file, "packed");
  fields.if_none_match = "\"1\"";
  EXPECT_EQ(call("GET", "/", "", fields).status, 304);
  EXPECT_EQ(call("POST", "/").status, 404);
}

TEST_F(ApiTest, OpenApiHasEveryRoute) {
  const auto document = json(get("/openapi.json"));
  std::size_t operations = 0;
  for (const auto& path : document.at("paths").as_object()) {
    operations += path.value().as_object().size();
  }
  EXPECT_EQ(operations, routes().size());
  const auto& schemas = document.at("components").at("schemas").as_object();
  for (const Route& route : routes()) {
    EXPECT_TRUE(route.body.empty() || schemas.contains(route.body)) << route.body;
    EXPECT_TRUE(route.answer.empty() || schemas.contains(route.answer)) << route.answer;
  }
}

}  // namespace
}  // namespace sluice::serve::http
