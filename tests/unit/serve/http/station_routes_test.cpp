#include <algorithm>
#include <cctype>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serve/http/route.hpp"
#include "unit/serve/http/api_fixture.hpp"
#include "unit/serve/http/fake_stations.hpp"

namespace sluice::serve::http {
namespace {

using base::ErrorCode;
using Asked = std::vector<std::string>;

/// A request that goes well, once for each route of the stations.
struct StationRequest {
  const char* method;
  const char* target;
  const char* body;
  net::Role role;
  bool may_fail = true;  ///< the answer rests on something that can fail
};

constexpr StationRequest kStationRequests[] = {
    {"POST", "/api/v1/trigger", "", net::Role::infer},
    {"POST", "/api/v1/upload", "jpeg", net::Role::infer},
    {"GET", "/api/v1/items", "", net::Role::infer},
    {"GET", "/api/v1/metadata_storage", "", net::Role::infer},
    {"GET", "/api/v1/items/item-1", "", net::Role::infer},
    {"GET", "/api/v1/items/item-1/state", "", net::Role::infer},
    {"GET", "/api/v1/items/item-1/binaries", "", net::Role::infer},
    {"GET", "/api/v1/items/item-1/binaries/front", "", net::Role::infer},
    {"GET", "/api/v1/inventory", "", net::Role::infer, false},
    {"GET", "/api/v1/configs", "", net::Role::operate, false},
    {"GET", "/api/v1/configs/active", "", net::Role::operate, false},
    {"POST", "/api/v1/configs/active", R"({"config_name":"line"})", net::Role::operate},
    {"GET", "/api/v1/configs/line", "", net::Role::admin, false},
    {"PUT", "/api/v1/configs/line", "cameras: []", net::Role::admin},
    {"DELETE", "/api/v1/configs/line", "", net::Role::admin},
    {"POST", "/api/v1/configs/line/check", "cameras: []", net::Role::admin, false},
    {"GET", "/api/v1/stations", "", net::Role::operate, false},
    {"GET", "/api/v1/stations/line/cameras/front/picture", "", net::Role::operate},
    {"POST", "/api/v1/stations/line/try", "jpeg", net::Role::operate},
    {"POST", "/api/v1/cameras/line/front", "jpeg", net::Role::infer},
    {"POST", "/v1/vision/detection", "jpeg", net::Role::infer},
};

class StationRoutes : public ApiFixture {
 protected:
  StationRoutes() { make_with({}); }

  void make_with(ApiOptions options, double rate = 0) {
    options.stations = &stations;
    make(std::move(options), rate);
  }
  Response call_one(const StationRequest& request, Fields fields = {}) {
    return call(request.method, request.target, request.body, std::move(fields));
  }
  Response post_form(const std::string& target, const std::string& body) {
    Fields fields;
    fields.content_type = "multipart/form-data; boundary=B";
    return call("POST", target, body, fields);
  }
  static std::string form_file(const std::string& name, const std::string& body) {
    return fmt::format(
        "--B\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"a.jpg\"\r\n\r\n{}\r\n",
        name, body);
  }
  static std::string message(const Response& response) {
    return std::string(json(response).at("message").as_string());
  }

  FakeStations stations;
};

TEST_F(StationRoutes, TheActiveStationIsNoStationsName) {
  const auto response = call("PUT", "/api/v1/configs/active", "cameras: []", {});
  EXPECT_EQ(response.status, 405);
  EXPECT_THAT(response.fields, ::testing::Contains(::testing::Pair("Allow", "GET, HEAD, POST")));
}

TEST_F(StationRoutes, EveryRouteIsAskedHere) {
  std::size_t count = 0;
  for (const Route& route : routes()) {
    if (route.group == Group::stations) ++count;
  }
  EXPECT_EQ(count, std::size(kStationRequests) + 1);  // and /api/v1 itself
  for (const auto& request : kStationRequests) {
    const auto response = call_one(request);
    EXPECT_EQ(response.status / 100, 2)
        << request.method << ' ' << request.target << ": " << text(response);
    EXPECT_EQ(calls.back(), "stations ok");
  }
}

TEST_F(StationRoutes, TheRootAnswersAnyone) {
  need_tokens();
  make({});
  const auto response = get("/api/v1");
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(json(response).is_string());
}

TEST_F(StationRoutes, ATriggerBeginsAnItem) {
  const auto response =
      call("POST", "/api/v1/trigger?station=line&serial_number=S%201&category=new");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(text(response), R"({"item_id":"item-1"})");
  EXPECT_EQ(stations.asked, Asked{"trigger 'line' by api 'S 1' 'new'"});
}

TEST_F(StationRoutes, ATriggerMayBringImages) {
  EXPECT_EQ(call("POST", "/api/v1/trigger", "jpeg").status, 200);
  Fields json_type;
  json_type.content_type = "application/json";
  EXPECT_EQ(call("POST", "/api/v1/trigger", "{}", json_type).status, 200);
  EXPECT_EQ(post_form("/api/v1/trigger",
                      form_file("front", "a") + form_file("side", "b") +
                          "--B\r\nContent-Disposition: form-data; name=note\r\n\r\nc\r\n--B--")
                .status,
            200);
  EXPECT_EQ(stations.asked, (Asked{"trigger '' by api '' '' image=jpeg", "trigger '' by api '' ''",
                                   "trigger '' by api '' '' front=a side=b"}));
}

TEST_F(StationRoutes, FormsThatAreWrong) {
  EXPECT_EQ(post_form("/api/v1/trigger", "no form").status, 422);
  const auto twice =
      post_form("/api/v1/trigger", form_file("front", "a") + form_file("front", "b") + "--B--");
  EXPECT_EQ(twice.status, 422);
  EXPECT_EQ(message(twice), "the form has two files called front");
  EXPECT_EQ(stations.asked, Asked{});
}

TEST_F(StationRoutes, ATriggerMayWaitForItsItem) {
  const auto response = call("POST", "/api/v1/trigger?wait=1.5s");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(json(response).at("state"), "Done");
  call("POST", "/api/v1/trigger?wait=0");
  call("POST", "/api/v1/trigger?wait=2h");
  EXPECT_EQ(call("POST", "/api/v1/trigger?wait=-1s").status, 422);
  EXPECT_EQ(stations.asked,
            (Asked{"trigger '' by api '' ''", "wait item-1 1500", "trigger '' by api '' ''",
                   "trigger '' by api '' ''", "wait item-1 60000"}));
  const auto wrong = call("POST", "/api/v1/trigger?wait=5");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_TRUE(message(wrong).starts_with("wait: ")) << message(wrong);
  EXPECT_EQ(stations.asked.size(), 5u);
}

TEST_F(StationRoutes, AnUploadIsAnImage) {
  EXPECT_EQ(text(post_form("/api/v1/upload?class_name=scratch", form_file("image", "a") + "--B--")),
            R"({"item_id":"item-1"})");
  EXPECT_EQ(stations.asked, Asked{"trigger '' by upload '' 'scratch' image=a"});
  const auto none = call("POST", "/api/v1/upload");
  EXPECT_EQ(none.status, 422);
  EXPECT_NE(message(none).find("image is missing"), std::string::npos);
}

TEST_F(StationRoutes, PagesOfItems) {
  stations.next = "17.item-1";
  const auto response = get(
      "/api/v1/items?station=line&decision=KO&state=Done&from=2026-11-22&until=2026-11-22T12:00:00Z"
      "&limit=5&after=18.item-0");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(json(response).as_array().size(), 1u);
  EXPECT_EQ(field(response, "X-Next-After"), "17.item-1");
  stations.next.clear();
  EXPECT_EQ(field(get("/api/v1/metadata_storage"), "X-Next-After"), "");
  EXPECT_EQ(stations.asked,
            (Asked{"items line KO Done 2026-11-22T00:00:00.000Z 2026-11-22T12:00:00.000Z 5 "
                   "'18.item-0'",
                   "items - - - - - 100 ''"}));
}

TEST_F(StationRoutes, FiltersThatAreWrong) {
  for (const char* query : {"limit=0", "limit=1001", "limit=x", "limit=", "from=yesterday",
                            "until=2026-13-01", "from="}) {
    const auto response = get(std::string("/api/v1/items?") + query);
    EXPECT_EQ(response.status, 422) << query;
    EXPECT_TRUE(message(response).starts_with(std::string(query).substr(0, 4))) << query;
  }
  EXPECT_EQ(get("/api/v1/items?limit=1000").status, 200);
  EXPECT_EQ(stations.asked.size(), 1u);
}

TEST_F(StationRoutes, AnItemAndItsParts) {
  EXPECT_EQ(json(get("/api/v1/items/item-1")).at("id"), "item-1");
  EXPECT_EQ(text(get("/api/v1/items/item-1/state")), R"("Done")");
  EXPECT_EQ(text(get("/api/v1/items/item-1/binaries")), R"(["front","side"])");
  EXPECT_EQ(stations.asked, (Asked{"item item-1", "item item-1", "binaries item-1"}));
}

TEST_F(StationRoutes, ImagesOfAnItem) {
  const auto jpeg = get("/api/v1/items/item-1/binaries/front");
  EXPECT_EQ(jpeg.content_type, "image/jpeg");
  EXPECT_EQ(text(jpeg), stations.file);
  stations.file = "\x89PNG\r\n";
  EXPECT_EQ(get("/api/v1/items/item-1/binaries/side?overlay=true").content_type, "image/png");
  get("/api/v1/items/item-1/binaries/side?overlay=false");
  EXPECT_EQ(stations.asked,
            (Asked{"binary item-1 front", "binary item-1 side overlay", "binary item-1 side"}));
}

TEST_F(StationRoutes, Inventories) {
  EXPECT_EQ(text(get("/api/v1/inventory")), R"({"cameras":["images","push"]})");
  EXPECT_EQ(text(get("/api/v1/configs")), R"({"line":{"mode":"item"}})");
  EXPECT_EQ(text(get("/api/v1/stations")), R"([{"name":"line"}])");
}

TEST_F(StationRoutes, TheActiveStation) {
  EXPECT_EQ(text(get("/api/v1/configs/active")), R"({"mode":"item","name":"line"})");
  stations.active_name = "";
  EXPECT_EQ(text(get("/api/v1/configs/active")), "null");

  const auto by_body = call("POST", "/api/v1/configs/active", R"({"config_name":"line"})");
  EXPECT_EQ(text(by_body), R"({"mode":"item","name":"line"})");
  EXPECT_EQ(call("POST", "/api/v1/configs/active?station_name=line").status, 200);
  EXPECT_EQ(stations.asked, (Asked{"activate line", "activate line"}));
}

TEST_F(StationRoutes, ActivatingNothing) {
  for (const char* body :
       {"", "line", "[]", "{}", R"({"config_name":1})", R"({"config_name":""})"}) {
    EXPECT_EQ(call("POST", "/api/v1/configs/active", body).status, 422) << body;
  }
  const auto empty = call("POST", "/api/v1/configs/active?station_name=");
  EXPECT_EQ(empty.status, 422);
  EXPECT_EQ(message(empty), "No configuration selected!");
  EXPECT_EQ(stations.asked, Asked{});
}

TEST_F(StationRoutes, AConfigurationAndItsText) {
  const auto fixed = json(get("/api/v1/configs/line"));
  EXPECT_EQ(fixed.at("editable"), false);
  EXPECT_EQ(fixed.at("config").at("mode"), "item");
  EXPECT_NE(fixed.at("yaml").as_string().find("\"mode\": \"item\""), std::string::npos);
  stations.own_text = "mode: item # mine\n";
  const auto own = json(get("/api/v1/configs/line"));
  EXPECT_EQ(own.at("editable"), true);
  EXPECT_EQ(own.at("yaml"), "mode: item # mine\n");
  // A file that is not in force.
  const auto other = json(get("/api/v1/configs/other"));
  EXPECT_EQ(other.at("name"), "other");
  EXPECT_TRUE(other.at("config").is_null());
  stations.own_text.reset();
  EXPECT_EQ(get("/api/v1/configs/other").status, 404);
}

TEST_F(StationRoutes, WritingAConfiguration) {
  EXPECT_EQ(text(call("PUT", "/api/v1/configs/line", "a: b")), R"({"problems":[]})");
  EXPECT_EQ(text(call("POST", "/api/v1/configs/line/check", "a: b")), R"({"problems":[]})");
  stations.problems = {{"cameras[0].source.path", 7, "there is no such folder"}};
  const std::string told =
      R"({"problems":[{"path":"cameras[0].source.path","line":7,"message":"there is no such folder"}]})";
  const auto refused = call("PUT", "/api/v1/configs/line", "a: b");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(text(refused), told);
  const auto checked = call("POST", "/api/v1/configs/line/check", "a: b");
  EXPECT_EQ(checked.status, 200);
  EXPECT_EQ(text(checked), told);
  EXPECT_EQ(text(call("DELETE", "/api/v1/configs/line")), "{}");
  EXPECT_EQ(stations.asked, (Asked{"write line a: b", "check line a: b", "write line a: b",
                                   "check line a: b", "remove line"}));
}

TEST_F(StationRoutes, PicturesOfCameras) {
  const auto response = get("/api/v1/stations/line/cameras/front/picture?overlay=true");
  EXPECT_EQ(response.content_type, "image/jpeg");
  EXPECT_EQ(field(response, "Cache-Control"), "no-store");
  EXPECT_EQ(text(response), stations.file);
  EXPECT_EQ(stations.asked, Asked{"picture line front overlay"});
}

TEST_F(StationRoutes, TryingAndPushing) {
  EXPECT_EQ(json(call("POST", "/api/v1/stations/line/try?camera=front", "jpeg")).at("id"),
            "item-1");
  EXPECT_EQ(post_form("/api/v1/stations/line/try", form_file("image", "other") + "--B--").status,
            200);
  const auto pushed = call("POST", "/api/v1/cameras/line/front", "jpeg");
  EXPECT_EQ(pushed.status, 202);
  EXPECT_EQ(text(pushed), "{}");
  EXPECT_EQ(stations.asked,
            (Asked{"attempt line 'front' jpeg", "attempt line '' other", "push line front jpeg"}));
  for (const char* target : {"/api/v1/stations/line/try", "/api/v1/cameras/line/front"}) {
    EXPECT_EQ(call("POST", target).status, 422) << target;
    EXPECT_EQ(post_form(target, form_file("a", "1") + form_file("b", "2") + "--B--").status, 422)
        << target;
  }
  EXPECT_EQ(stations.asked.size(), 3u);
}

TEST_F(StationRoutes, ADetectorForRecorders) {
  stations.objects = {
      {"look-1", {{"label", "car"}, {"score", 0.5}, {"location", {1.4, 2.6, 30, 40}}}},
      {"look-2", {{"text", "no label"}, {"score", 1}, {"location", {0, 0, 1, 1}}}},
      {"look-3", {{"label", "no box"}, {"score", 1}}}};
  const auto found = post_form("/v1/vision/detection", form_file("image", "jpeg") + "--B--");
  EXPECT_EQ(found.status, 200);
  EXPECT_EQ(json(found), boost::json::parse(R"({"success":true,"predictions":[{"label":"car",)"
                                            R"("confidence":0.5,"x_min":1,"y_min":3,"x_max":30,)"
                                            R"("y_max":40}]})"));
  stations.objects.clear();
  stations.item_error = "step look: the model failed";
  const auto failed = call("POST", "/v1/vision/detection?station=other", "jpeg");
  EXPECT_EQ(failed.status, 503);
  EXPECT_EQ(json(failed).at("success"), false);
  EXPECT_EQ(json(failed).at("error"), "step look: the model failed");
  EXPECT_EQ(stations.asked, (Asked{"attempt line '' jpeg", "attempt other '' jpeg"}));
  EXPECT_EQ(call("POST", "/v1/vision/detection").status, 422);
}

TEST_F(StationRoutes, WhatFailsSaysHow) {
  const struct {
    ErrorCode code;
    int status;
  } cases[] = {{ErrorCode::not_found, 404},
               {ErrorCode::unsupported, 409},
               {ErrorCode::invalid, 422},
               {ErrorCode::unavailable, 503}};
  for (const auto& one : cases) {
    stations.failure = base::Error{one.code, "it is so"};
    for (const auto& request : kStationRequests) {
      if (!request.may_fail) continue;
      const auto response = call_one(request);
      EXPECT_EQ(response.status, one.status) << request.method << ' ' << request.target;
      EXPECT_EQ(text(response), R"({"error":"it is so","message":"it is so"})") << request.target;
      EXPECT_EQ(field(response, "Retry-After"), one.status == 503 ? "1" : "") << request.target;
    }
  }
}

TEST_F(StationRoutes, WhatFailsInsideStaysInside) {
  for (const auto code : {ErrorCode::io, ErrorCode::internal}) {
    stations.failure = base::Error{code, "/var/lib/records.db is damaged"};
    const auto response = get("/api/v1/items");
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(text(response).find("records.db"), std::string::npos);
    EXPECT_NE(message(response), "");
  }
}

TEST_F(StationRoutes, WithoutStationsThereIsNothing) {
  make({});
  for (const auto& request : kStationRequests) {
    const auto response = call_one(request);
    EXPECT_EQ(response.status, 404) << request.method << ' ' << request.target;
    EXPECT_EQ(message(response), "this daemon has no stations") << request.target;
  }
  EXPECT_EQ(get("/api/v1").status, 200);
}

TEST_F(StationRoutes, RolesDecide) {
  need_tokens();
  make_with({});
  const std::pair<net::Role, const char*> roles[] = {
      {net::Role::infer, "in"}, {net::Role::operate, "op"}, {net::Role::admin, "ad"}};
  for (const auto& request : kStationRequests) {
    EXPECT_EQ(call_one(request).status, 401) << request.method << ' ' << request.target;
    for (const auto& [role, token] : roles) {
      const int group = call_one(request, as(token)).status / 100;
      EXPECT_EQ(group, role < request.role ? 4 : 2)
          << request.method << ' ' << request.target << " as " << token;
    }
  }
}

TEST_F(StationRoutes, FilesAreWrittenByManagementOnly) {
  ApiOptions options;
  options.management = false;
  make_with(options);
  EXPECT_EQ(call("PUT", "/api/v1/configs/line", "a: b").status, 405);
  EXPECT_EQ(call("DELETE", "/api/v1/configs/line").status, 405);
  EXPECT_EQ(call("POST", "/api/v1/configs/line/check", "a: b").status, 404);
  EXPECT_EQ(get("/api/v1/configs/line").status, 200);
  EXPECT_EQ(call("POST", "/api/v1/trigger").status, 200);
  EXPECT_EQ(stations.asked, (Asked{"text line", "trigger '' by api '' ''"}));
}

TEST_F(StationRoutes, TriggersAreLimitedLikeInferences) {
  make_with({}, 2);
  EXPECT_EQ(call("POST", "/api/v1/trigger").status, 200);
  const auto response = call("POST", "/api/v1/trigger");
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(json(response).at("reason"), "rate_limited");
  EXPECT_EQ(get("/api/v1/items").status, 200);
}

TEST_F(StationRoutes, TheConnectionDoesNotWait) {
  std::vector<std::function<void()>> elsewhere;
  ApiOptions options;
  options.run_blocking = [&elsewhere](std::function<void()> work) {
    elsewhere.push_back(std::move(work));
  };
  make_with(options);
  std::vector<int> answers;
  for (const auto& request : kStationRequests) {
    begin(request.method, request.target, request.body, {},
          [&answers](const Response& response) { answers.push_back(response.status); });
  }
  EXPECT_EQ(stations.asked, Asked{});
  EXPECT_TRUE(answers.empty());
  EXPECT_EQ(elsewhere.size(), std::size(kStationRequests));
  // By now the requests are gone.
  for (const auto& work : elsewhere) work();
  EXPECT_EQ(answers.size(), std::size(kStationRequests));
  EXPECT_TRUE(std::ranges::all_of(answers, [](int status) { return status / 100 == 2; }));
}

TEST_F(StationRoutes, WhoWaitsForItemsLeavesRoomForOthers) {
  std::vector<std::function<void()>> elsewhere;
  ApiOptions options;
  options.most_waits = 2;
  options.run_blocking = [&elsewhere](std::function<void()> work) {
    elsewhere.push_back(std::move(work));
  };
  make_with(options);
  std::vector<Response> answers;
  const auto trigger = [&](const char* target) {
    begin("POST", target, "", {},
          [&answers](Response response) { answers.push_back(std::move(response)); });
  };
  for (int i = 0; i < 3; ++i) trigger("/api/v1/trigger?wait=5s");
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].status, 503);
  EXPECT_TRUE(message(answers[0]).starts_with("as many clients as can")) << message(answers[0]);
  EXPECT_EQ(elsewhere.size(), 2U);
  trigger("/api/v1/trigger");
  EXPECT_EQ(elsewhere.size(), 3U);
  for (const auto& work : std::exchange(elsewhere, {})) work();
  EXPECT_EQ(answers.size(), 4U);
  // Who was refused has triggered nothing; and there is room again.
  EXPECT_EQ(std::ranges::count(stations.asked, "trigger '' by api '' ''"), 3);
  trigger("/api/v1/trigger?wait=5s");
  EXPECT_EQ(elsewhere.size(), 1U);
}

TEST_F(StationRoutes, TheOpenApiDocumentHasThem) {
  const auto document = json(get("/openapi.json"));
  const auto& paths = document.at("paths").as_object();
  for (const Route& route : routes()) {
    if (route.group != Group::stations) continue;
    std::string method(route.method);
    std::ranges::transform(method, method.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto* path = paths.if_contains(route.pattern);
    ASSERT_NE(path, nullptr) << route.pattern;
    const auto* operation = path->as_object().if_contains(method);
    ASSERT_NE(operation, nullptr) << method << ' ' << route.pattern;
    EXPECT_EQ(operation->at("summary").as_string(), route.summary);
    const auto& responses = operation->at("responses").as_object();
    for (const int status : route.errors) {
      EXPECT_TRUE(responses.contains(std::to_string(status))) << route.pattern << ' ' << status;
    }
    EXPECT_EQ(operation->as_object().contains("requestBody"), !route.body.empty());
  }
  const auto& picture =
      paths.at("/api/v1/items/{item}/binaries/{camera}").at("get").at("responses").at("200");
  EXPECT_TRUE(picture.at("content").as_object().contains("image/jpeg"));
}

}  // namespace
}  // namespace sluice::serve::http
