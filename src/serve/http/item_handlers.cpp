// Items: triggers, records, images.
#include <charconv>

#include "base/units.hpp"
#include "serve/http/errors.hpp"
#include "serve/http/handlers.hpp"
#include "serve/http/station_call.hpp"

namespace sluice::serve::http {
namespace {

namespace json = boost::json;
using base::ErrorCode;

/// A browser must not wait for ever, and neither must a thread.
constexpr base::Duration kLongestWait = std::chrono::seconds(60);
constexpr std::size_t kMostItems = 1000;

Response answer_of(const base::Result<json::object>& document) {
  return document ? json_response(*document) : station_refusal(document.error());
}

std::string word(const Target& target, std::string_view name) {
  return target.parameter(name).value_or("");
}

base::Result<base::Duration> wait_of(const Target& target) {
  const auto text = target.parameter("wait");
  if (!text) return base::Duration{0};
  auto wait = base::parse_duration(*text);
  if (!wait) return tl::unexpected(base::with_context("wait", wait.error()));
  if (wait->count() < 0) return base::fail(ErrorCode::invalid, "wait must not be negative");
  return std::min(*wait, kLongestWait);
}

std::string_view image_type(std::string_view file) {
  return file.starts_with("\x89PNG") ? "image/png" : "image/jpeg";
}

base::Result<std::optional<store::WallTime>> time_of(const Target& target, std::string_view name) {
  const auto text = target.parameter(name);
  if (!text) return std::nullopt;
  const auto time = station::wall_time_from(*text);
  if (!time) {
    return base::fail(ErrorCode::invalid, "{} must be a time such as 2026-11-22T12:00:00Z", name);
  }
  return time;
}

base::Result<std::size_t> limit_of(const Target& target) {
  const auto text = target.parameter("limit");
  if (!text) return std::size_t{100};
  std::size_t limit = 0;
  const auto* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, limit);
  if (error != std::errc() || stop != end || limit < 1 || limit > kMostItems) {
    return base::fail(ErrorCode::invalid, "limit must be a number from 1 to {}", kMostItems);
  }
  return limit;
}

base::Result<store::Filter> filter_of(const Target& target) {
  store::Filter filter;
  filter.station = target.parameter("station");
  filter.decision = target.parameter("decision");
  filter.state = target.parameter("state");
  const auto from = time_of(target, "from");
  if (!from) return tl::unexpected(from.error());
  filter.from = *from;
  const auto until = time_of(target, "until");
  if (!until) return tl::unexpected(until.error());
  filter.until = *until;
  return filter;
}

InferHandle accept(const Context& context, const Call& call, Respond respond, const char* by) {
  auto images = images_of(call.request);
  auto wait = wait_of(call.target);
  if (!images || !wait) {
    respond(station_refusal(!images ? images.error() : wait.error()));
    return {};
  }
  station::TriggerRequest request;
  request.station = word(call.target, "station");
  request.trigger = {by, word(call.target, "serial_number"), word(call.target, "category")};
  if (by == std::string_view("upload")) {
    if (images->empty()) {
      respond(station_refusal({ErrorCode::invalid,
                               "an image is missing: the field `image` of a "
                               "multipart form, or the file as the body"}));
      return {};
    }
    if (request.trigger.category.empty()) {
      request.trigger.category = word(call.target, "class_name");
    }
  }
  request.images = std::move(*images);
  std::shared_ptr<const void> place;
  if (wait->count() > 0 && (place = context.waits.take()) == nullptr) {
    respond(station_refusal({ErrorCode::unavailable,
                             "as many clients as can wait for items already; trigger without "
                             "`wait` and ask for the item later, or try again"}));
    return {};
  }
  return with_stations(context, std::move(respond),
                       [request = std::move(request), wait = *wait,
                        place = std::move(place)](station::Service& stations) {
                         const auto id = stations.trigger(request);
                         if (!id) return station_refusal(id.error());
                         if (wait.count() == 0) return json_response({{"item_id", *id}});
                         return answer_of(stations.wait(*id, wait));
                       });
}

}  // namespace

InferHandle trigger_item(const Context& context, Call call, Respond respond) {
  return accept(context, call, std::move(respond), "api");
}

InferHandle upload_item(const Context& context, Call call, Respond respond) {
  return accept(context, call, std::move(respond), "upload");
}

InferHandle items(const Context& context, Call call, Respond respond) {
  auto filter = filter_of(call.target);
  auto limit = limit_of(call.target);
  if (!filter || !limit) {
    respond(station_refusal(!filter ? filter.error() : limit.error()));
    return {};
  }
  return with_stations(context, std::move(respond),
                       [filter = std::move(*filter), limit = *limit,
                        after = word(call.target, "after")](station::Service& stations) {
                         auto page = stations.items(filter, limit, after);
                         if (!page) return station_refusal(page.error());
                         auto response = json_response(std::move(page->items));
                         if (!page->next.empty())
                           response.fields.emplace_back("X-Next-After", page->next);
                         return response;
                       });
}

InferHandle item(const Context& context, Call call, Respond respond) {
  return with_stations(context, std::move(respond), [id = call.item](station::Service& stations) {
    return answer_of(stations.item(id));
  });
}

InferHandle item_state(const Context& context, Call call, Respond respond) {
  return with_stations(context, std::move(respond), [id = call.item](station::Service& stations) {
    const auto document = stations.item(id);
    if (!document) return station_refusal(document.error());
    return json_response(document->at("state"));
  });
}

InferHandle item_binaries(const Context& context, Call call, Respond respond) {
  return with_stations(context, std::move(respond), [id = call.item](station::Service& stations) {
    const auto names = stations.binaries(id);
    if (!names) return station_refusal(names.error());
    return json_response(json::array(names->begin(), names->end()));
  });
}

InferHandle item_binary(const Context& context, Call call, Respond respond) {
  return with_stations(
      context, std::move(respond),
      [id = call.item, camera = call.camera,
       overlay = word(call.target, "overlay") == "true"](station::Service& stations) {
        auto file = stations.binary(id, camera, overlay);
        if (!file) return station_refusal(file.error());
        const auto type = image_type(*file);
        return bytes_response(std::move(*file), type);
      });
}

}  // namespace sluice::serve::http
