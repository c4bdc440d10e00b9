#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/import/import_helpers.hpp"

namespace sluice::import {
namespace {

using testing::HasSubstr;
using testing::Not;

Imported of_pipelines(const std::string& text) {
  return imported({{"pipelines.yaml", text}}, Origin::gateway);
}

/// A pipeline with a YOLO model, an agent and the action "act".
std::string with_agent(const std::string& agent, const std::string& action) {
  return "connectors: [{ id: cam, type: camera, pipeline: p }]\n"
         "pipelines: [{ id: p, preprocess: vision.jpeg_to_yolov5, model: net, agents: [a] }]\n"
         "agents: { a: " +
         agent + " }\nactions: { act: " + action + " }\n";
}

TEST(GatewayImport, SourcesByTheirForm) {
  const auto source = [](const std::string& given) {
    return of_pipelines("connectors: [{ id: cam, type: camera, pipeline: p, source: " + given +
                        " }]\npipelines: [{ id: p }]\n")
        .yaml;
  };
  EXPECT_THAT(source("1"), HasSubstr("{ type: device, path: \"1\", rate: 10/s }"));
  EXPECT_THAT(source("/dev/video3"), HasSubstr("path: /dev/video3"));
  EXPECT_THAT(source("\"rtsp://cam/1\""), HasSubstr("{ type: stream, url: \"rtsp://cam/1\" }"));
  EXPECT_THAT(source("\"v4l2src ! appsink\""), HasSubstr("type: gstreamer"));
  EXPECT_THAT(source("a.mp4"), HasSubstr("{ type: video, path: a.mp4 }"));
}

TEST(GatewayImport, APipelineThatNothingFeedsTakesImages) {
  const auto result = of_pipelines("pipelines: [{ id: p }]\n");
  EXPECT_THAT(result.yaml, HasSubstr("{ name: push, source: { type: push } }"));
  EXPECT_THAT(notes_text(result.notes), HasSubstr("no connector feeds it"));
}

TEST(GatewayImport, WhatGoesToNoPipelineIsLeftOut) {
  const auto result = of_pipelines(
      "connectors: [{ id: cam, type: camera, pipeline: q }]\npipelines: [{ id: p }]\n");
  EXPECT_THAT(notes_text(result.notes),
              HasSubstr("left out: pipelines.yaml: connectors: what goes to \"q\""));
}

TEST(GatewayImport, AScoreAboveAThreshold) {
  const auto yaml =
      of_pipelines(with_agent("{ type: threshold, metric: confidence, threshold: 0.8, dispatcher: "
                              "act }",
                              "{ type: webhook, url: \"http://h/x\", timeout: 2 }"))
          .yaml;
  EXPECT_THAT(yaml, HasSubstr("{ type: score_range, score: { max: 0.8 }, name: a, step: net }"));
  EXPECT_THAT(yaml, HasSubstr("{ type: webhook, url: \"http://h/x\", timeout: 2s, name: act, "
                              "on: [raised] }"));
}

TEST(GatewayImport, AValueOfAMessageHasNoRule) {
  const auto result = of_pipelines(
      with_agent("{ type: threshold, metric: co2_ppm, dispatcher: act }", "{ type: log }"));
  EXPECT_THAT(result.yaml, Not(HasSubstr("rules:")));
  EXPECT_THAT(result.yaml, Not(HasSubstr("actions:")));
  EXPECT_THAT(notes_text(result.notes), HasSubstr("not at \"co2_ppm\" of a message"));
}

TEST(GatewayImport, ATargetGoesBeforeTheTopic) {
  const auto yaml = of_pipelines(with_agent("{ type: person_in_zone, dispatcher: act, target: "
                                            "\"lock/{x}\" }",
                                            "{ type: mqtt, topic: other, qos: 2 }"))
                        .yaml;
  EXPECT_THAT(yaml, HasSubstr("topic: \"lock/{{x}}\""));
  EXPECT_THAT(yaml, HasSubstr("broker: \"mqtt://127.0.0.1:1883\""));
  EXPECT_THAT(yaml, HasSubstr("qos: 2"));
}

TEST(GatewayImport, AgentsWithTheSameActionShareIt) {
  const auto yaml = of_pipelines(
                        "pipelines: [{ id: p, model: yolov5n, agents: [a, b, c, d] }]\n"
                        "agents:\n"
                        "  a: { type: person_in_zone, dispatcher: m, target: x }\n"
                        "  b: { type: person_in_zone, dispatcher: m, target: y }\n"
                        "  c: { type: person_in_zone, dispatcher: m, target: y }\n"
                        "  d: { type: person_in_zone, dispatcher: m, target: x }\n"
                        "actions: { m: { type: mqtt } }\n")
                        .yaml;
  EXPECT_THAT(yaml, HasSubstr("name: m\n        on: [raised]"));
  EXPECT_THAT(yaml, HasSubstr("name: m-b\n        on: [raised]"));
  EXPECT_THAT(yaml, Not(HasSubstr("m-c")));
  EXPECT_THAT(yaml, Not(HasSubstr("m-d")));
}

TEST(GatewayImport, UnknownAgentsAndTypes) {
  EXPECT_EQ(problems({{"p.yaml", "pipelines: [{ id: p, agents: [guard] }]\n"}}, Origin::gateway),
            "p.yaml: pipelines[0].agents: there is no agent \"guard\" below `agents`; add it "
            "there");
  EXPECT_EQ(problems({{"p.yaml", "connectors: [{ type: mqt }]\npipelines: [{ id: p }]\n"}},
                     Origin::gateway),
            "p.yaml: connectors[0].type: \"mqt\" is unknown; did you mean \"mqtt\"?");
}

TEST(GatewayImport, ModelsThatNothingDescribes) {
  const auto result = imported({{"models.yaml", "models: [{ id: net, engine: /opt/net.plan }]\n"}},
                               Origin::gateway);
  EXPECT_THAT(result.yaml, HasSubstr("path: /opt/net.onnx"));
  EXPECT_THAT(result.yaml, HasSubstr("tcp: \"0.0.0.0:8008\""));
  EXPECT_THAT(notes_text(result.notes), HasSubstr("give `preprocess` and `postprocess`"));
}

TEST(GatewayImport, WrongNumbers) {
  EXPECT_THAT(problems({{"m.yaml", "server: { port: 70000 }\nmodels: []\n"}}, Origin::gateway),
              HasSubstr("m.yaml: server.port: is 70000, but must be a whole number from 0 to "
                        "65535"));
  EXPECT_THAT(
      problems({{"m.yaml", "models: [{ id: a, engine: a, concurrency: -1 }]\n"}}, Origin::gateway),
      HasSubstr("models[0].concurrency: is -1"));
}

}  // namespace
}  // namespace sluice::import
