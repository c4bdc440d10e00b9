#include "import/gateway_sources.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>

#include "base/text.hpp"
#include "import/target.hpp"
#include "import/write.hpp"

namespace sluice::import {
namespace {

namespace json = boost::json;

void add_feed(const Value& pipeline, const std::string& name, json::object source,
              GatewayFeeds& feeds) {
  if (!pipeline) {
    pipeline.left_out("names no pipeline: its messages were dropped");
    return;
  }
  feeds[pipeline.text()].push_back({{"name", name}, {"source", std::move(source)}});
}

/// The payload's form; nullopt: Sluice cannot read it.
std::optional<std::string> payload_format(const Value& encoding) {
  const auto word = encoding.text("json");
  if (word == "json" || word == "base64") return word;
  if (word == "jpg" || word == "jpeg" || word == "image/jpeg") return "image";
  if (word == "npz") {
    encoding.left_out("arrays of NumPy are not read; send JSON, or images");
    return std::nullopt;
  }
  encoding.changed(fmt::format("\"{}\" is read as an image file", word));
  return "image";
}

void add_mqtt(const Value& connector, const std::string& id, GatewayFeeds& feeds) {
  const auto broker = broker_url(connector, id);
  if (const auto interval = connector["reconnect_interval"]) {
    interval.left_out("connections come back by themselves, with growing pauses");
  }
  for (const auto& topic : connector.required("topics", "what to listen to").items()) {
    const auto filter = topic.required("filter", "the topic, with wildcards").text();
    const auto pipeline = topic["pipeline"];
    const auto sensor = topic["sensor_id"].text(id);
    const auto format = payload_format(topic["serializer"]);
    topic.leave_rest();
    if (!format) continue;
    json::object source{{"type", "mqtt"}, {"broker", broker}, {"topic", literal(filter)}};
    if (*format != "image") source["payload"] = json::object{{"format", *format}};
    add_feed(pipeline, sensor, std::move(source), feeds);
  }
}

json::object frames_of(const Value& connector) {
  const auto source = connector["source"];
  const auto given = source.text("0");
  const auto interval = connector["interval"];
  const bool is_url = given.find("://") != std::string::npos;
  const bool is_index =
      std::ranges::all_of(given, [](unsigned char c) { return c >= '0' && c <= '9'; });
  if (!is_url && (is_index || given.starts_with("/dev/"))) {
    json::object out{{"type", "device"}, {"path", literal(given)}};
    const double seconds = interval.number(0.1);
    if (seconds >= 0.001) {
      out["rate"] = fmt::format("{}/s", std::round(1e3 / seconds) / 1e3);
      if (interval) interval.mapped("rate: frames per second, asked of the camera");
    }
    return out;
  }
  if (interval) interval.left_out("the frames come as the source has them; the newest is taken");
  if (is_url) return {{"type", "stream"}, {"url", literal(given)}};
  if (given.find('!') != std::string::npos) {
    return {{"type", "gstreamer"}, {"pipeline", literal(given)}};
  }
  return {{"type", "video"}, {"path", literal(given)}};
}

void add_camera(const Value& connector, const std::string& id, GatewayFeeds& feeds) {
  const auto name = connector["sensor_id"].text(id);
  auto source = frames_of(connector);
  if (const auto encoding = connector["encoding"]) encoding.mapped("frames are pixels");
  add_feed(connector["pipeline"], name, std::move(source), feeds);
}

void add_ble(const Value& connector, const std::string& id, GatewayFeeds& feeds) {
  const auto sensor = connector["sensor_id"].text(id);
  const auto pipeline = connector["pipeline"];
  json::object source{{"type", "ble"}};
  source["name"] = literal(connector.required("name", "a part of the device's name").text());
  source["service"] = literal(connector.required("service_uuid", "the service").text());
  source["characteristic"] =
      literal(connector.required("characteristic_uuid", "the characteristic").text());
  source["poll"] = milliseconds(connector["poll_interval"].number(5) * 1e3);
  const auto format = payload_format(connector["encoding"]);
  if (!format) return;
  source["payload"] = json::object{{"format", *format}};
  add_feed(pipeline, sensor, std::move(source), feeds);
}

}  // namespace

GatewayFeeds gateway_feeds(const Value& connectors) {
  GatewayFeeds feeds;
  for (const auto& connector : connectors.items()) {
    const auto type = connector.required("type", "mqtt, camera or ble");
    const auto word = type.text();
    const auto id = connector["id"].text(word);
    if (word == "mqtt") {
      add_mqtt(connector, id, feeds);
    } else if (word == "camera") {
      add_camera(connector, id, feeds);
    } else if (word == "ble") {
      add_ble(connector, id, feeds);
    } else if (type) {
      const std::vector<std::string> known{"mqtt", "camera", "ble"};
      type.problem(
          fmt::format("\"{}\" is unknown{}", word, base::suggestion(word, "types", known)));
      continue;
    }
    connector.leave_rest();
  }
  return feeds;
}

std::string broker_url(const Value& options, const std::string& name) {
  auto host = options["host"].text("127.0.0.1");
  if (host.find(':') != std::string::npos && !host.starts_with('[')) host = "[" + host + "]";
  const auto port = options["port"].integer(1883, 1, 65535);
  const auto user = options["username"];
  const auto password = options["password"];
  std::string credentials;
  if (user || password) {
    std::string variable = name;
    std::ranges::transform(variable, variable.begin(), [](unsigned char c) {
      return c < 0x80 && std::isalnum(c) != 0 ? static_cast<char>(std::toupper(c)) : '_';
    });
    credentials = fmt::format("${{{0}_USERNAME}}:${{{0}_PASSWORD}}@", variable);
    (password ? password : user)
        .changed(fmt::format("set {0}_USERNAME and {0}_PASSWORD in the daemon's environment: "
                             "secrets do not stand in the configuration",
                             variable));
  }
  return fmt::format("mqtt://{}{}:{}", credentials, literal(host), port);
}

}  // namespace sluice::import
