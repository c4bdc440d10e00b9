#include "station/item_pages.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <utility>

#include <boost/json/parse.hpp>

#include "base/json_fields.hpp"
#include "vision/decoder.hpp"

namespace sluice::station {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::object_at;
using base::text_at;

constexpr int kDrawnQuality = 90;

/// "1732271234567.ID": a position as clients carry it.
std::string text_of(const store::Position& position) {
  return fmt::format("{}.{}", position.time.time_since_epoch().count(), position.id);
}

base::Result<std::optional<store::Position>> position_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto dot = text.find('.');
  std::int64_t time = 0;
  const auto* end = text.data() + std::min(dot, text.size());
  const auto [stop, error] = std::from_chars(text.data(), end, time);
  if (dot == std::string::npos || error != std::errc() || stop != end) {
    return base::fail(ErrorCode::invalid, "`after` is no value of X-Next-After");
  }
  return store::Position{store::WallTime(std::chrono::milliseconds(time)), text.substr(dot + 1)};
}

float number_of(const json::value& value) {
  boost::system::error_code error;
  const auto number = value.to_number<double>(error);
  return error ? 0 : static_cast<float>(number);
}

vision::Object object_of(std::string id, const json::object& found) {
  vision::Object object;
  object.id = std::move(id);
  object.label = text_at(found, "label");
  object.text = text_at(found, "text");
  if (const auto* score = found.if_contains("score")) object.score = number_of(*score);
  const auto* location = found.if_contains("location");
  if (location != nullptr && location->is_array() && location->get_array().size() == 4) {
    const auto& edges = location->get_array();
    object.box = {number_of(edges[0]), number_of(edges[1]), number_of(edges[2]),
                  number_of(edges[3])};
  }
  return object;
}

}  // namespace

RecordStores record_stores(const std::vector<std::unique_ptr<Station>>& stations) {
  RecordStores stores;
  for (const auto& station : stations) {
    const auto& store = station->options().records;
    if (std::ranges::find(stores, store) == stores.end()) stores.push_back(store);
  }
  return stores;
}

base::Result<json::object> body_of(const store::Record& record) {
  boost::system::error_code error;
  auto value = json::parse(record.body, error);
  if (error || !value.is_object()) {
    return base::fail(ErrorCode::internal, "the record of item {} is damaged", record.id);
  }
  return std::move(value.get_object());
}

base::Result<Items> merged_page(const RecordStores& stores, const store::Filter& filter,
                                std::size_t limit, const std::string& after,
                                const std::function<void(const store::Record&)>& damaged) {
  const auto position = position_of(after);
  if (!position) return tl::unexpected(position.error());
  store::Query query;
  query.filter = filter;
  // No page of a store is longer: what lies behind its end would be passed over.
  query.limit = limit = std::min(limit, store::kMostRecords);
  query.after = *position;
  std::vector<store::Record> records;
  bool more = false;
  Items out;
  for (const auto& store : stores) {
    auto page = store->find(query);
    if (!page && (page.error().code == ErrorCode::invalid || ++out.away == stores.size())) {
      return tl::unexpected(page.error());
    }
    if (!page) continue;
    more = more || page->next.has_value();
    std::ranges::move(page->records, std::back_inserter(records));
  }
  std::ranges::sort(records, [](const store::Record& a, const store::Record& b) {
    return a.time != b.time ? a.time > b.time : a.id < b.id;
  });
  if (records.size() > limit) {
    records.resize(limit);
    more = true;
  }
  for (const auto& record : records) {
    if (auto body = body_of(record)) {
      out.items.push_back(std::move(*body));
    } else {
      damaged(record);
    }
  }
  if (more && !records.empty()) out.next = text_of({records.back().time, records.back().id});
  return out;
}

std::string station_of(const json::object& item) {
  return text_at(item, "station_config");
}

std::map<std::string, std::string> images_of(const json::object& item) {
  std::map<std::string, std::string> out;
  const auto* cameras = object_at(item, "cameras");
  if (cameras == nullptr) return out;
  for (const auto& camera : *cameras) {
    const auto* fields = camera.value().if_object();
    auto name = fields != nullptr ? text_at(*fields, "image") : std::string();
    if (!name.empty()) out.emplace(camera.key(), std::move(name));
  }
  return out;
}

std::vector<vision::Object> objects_of(const json::object& item, const std::string& camera) {
  std::vector<vision::Object> out;
  const auto* inferences = object_at(item, "inferences");
  const auto* steps = inferences != nullptr ? object_at(*inferences, camera) : nullptr;
  if (steps == nullptr) return out;
  for (const auto& step : *steps) {
    const auto* objects = step.value().if_object();
    if (objects == nullptr) continue;
    for (const auto& object : *objects) {
      if (const auto* found = object.value().if_object()) {
        out.push_back(object_of(object.key(), *found));
      }
    }
  }
  return out;
}

base::Result<std::string> drawn(std::string file, const std::vector<vision::Object>& objects) {
  const auto decoder = vision::decoder();
  if (!decoder) return tl::unexpected(decoder.error());
  const auto image = (*decoder)->decode(std::as_bytes(std::span(file)));
  if (!image) return tl::unexpected(image.error());
  const auto with_objects = (*decoder)->draw(*image, objects);
  if (!with_objects) return tl::unexpected(with_objects.error());
  return (*decoder)->encode_jpeg(*with_objects, kDrawnQuality);
}

}  // namespace sluice::station
