// An item's pictures: taken, or brought by its trigger, or found again after a crash; and kept.
#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/json_fields.hpp"
#include "station/item_parts.hpp"
#include "station/item_worker.hpp"

namespace sluice::station {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::text_at;

/// An item that this many processes did not survive is recorded as failed.
constexpr int kMostAttempts = 3;

/// A file as a sample, or why there is none.
template <class File>
base::Result<camera::Sample> sample_from(const std::string& name, base::Result<File> file,
                                         base::Time captured) {
  if (!file) return tl::unexpected(file.error());
  return sample_of(name, {reinterpret_cast<const char*>(file->data()), file->size()}, captured);
}

/// What is needed to go on after a crash: where the images are.
json::object progress_of(const Item& item) {
  json::object out;
  for (const auto& [name, camera] : item.cameras) {
    if (camera.image.empty()) continue;
    out[name] = json::object{{"image", camera.image},
                             {"source", camera.source},
                             {"captured", to_string(camera.captured)}};
  }
  return out;
}

}  // namespace

Captured ItemWorker::capture(Item& item, const Accepted& trigger, base::Time begun) {
  Captured captured;
  bool taken = false;  // by the cameras, just now
  const auto uploaded = around_.queue.images().cameras(item.id);
  if (trigger.attempts > kMostAttempts) {
    captured = none(fmt::format("the process ended {} times while it was at work on this item",
                                trigger.attempts - 1));
  } else if (!uploaded.empty()) {
    for (const auto& camera : uploaded) {
      item.cameras[camera].captured = item.received;
      captured.emplace(camera,
                       sample_from(camera, around_.queue.images().file(item.id, camera), begun));
    }
  } else if (!trigger.progress.empty() && options_.images != nullptr) {
    captured = kept_before(item, trigger.progress, begun);
  } else if (trigger.attempts > 1) {
    captured =
        none("the process ended before the pictures were kept, and what they would show is gone");
  } else {
    captured = cameras_.take(begun, options_.capture_timeout);
    taken = !cameras_.interrupted();
  }
  const auto now = around_.clock.now();
  const auto wall = around_.wall();
  for (const auto& camera : captured) {
    auto& part = item.cameras[camera.first];
    if (!camera.second) {
      note(item, Stage::capture, camera.first, camera.second.error().message);
      if (taken && display_.failed(camera.first, camera.second.error().message)) {
        spdlog::warn("station {}: {}", options_.name, camera.second.error().message);
      }
      continue;
    }
    fill_sample(part, *camera.second);
    if (part.captured == store::WallTime{}) {
      part.captured = calendar_time(wall, now, camera.second->captured);
    }
    if (display_.show(camera.first, *camera.second, part.captured)) {
      spdlog::info("station {}: camera {} gives pictures again", options_.name, camera.first);
    }
  }
  return captured;
}

Captured ItemWorker::none(const std::string& why) const {
  Captured out;
  for (const auto& camera : options_.cameras) {
    out.emplace(camera.name, base::fail(ErrorCode::unavailable, "{}", why));
  }
  return out;
}

Captured ItemWorker::kept_before(Item& item, const json::object& progress, base::Time begun) const {
  Captured out;
  for (const auto& member : progress) {
    const auto* kept = member.value().if_object();
    if (kept == nullptr) continue;
    const std::string camera(member.key());
    auto& part = item.cameras[camera];
    part.image = text_at(*kept, "image");
    part.captured = wall_time_from(text_at(*kept, "captured")).value_or(item.received);
    out.emplace(camera,
                sample_from(text_at(*kept, "source"), options_.images->get(part.image), begun));
  }
  // Cameras that are not in it.
  out.merge(none("it gave no picture that was kept before the process ended"));
  return out;
}

void ItemWorker::save(Item& item, Captured& captured) {
  if (options_.images == nullptr) return;
  for (const auto& camera : captured) {
    auto& part = item.cameras[camera.first];
    if (!camera.second || !part.image.empty()) continue;
    auto name =
        keep_image(*options_.images, item, camera.first, *camera.second, options_.jpeg_quality);
    if (name) {
      part.image = std::move(*name);
    } else {
      note(item, Stage::save, camera.first, name.error().message);
    }
  }
  // Those that came with the trigger are in the queue still.
  if (!around_.queue.images().cameras(item.id).empty()) return;
  if (auto noted = around_.queue.progress(item.id, progress_of(item)); !noted) {
    note(item, Stage::save, "", noted.error().message);
  }
}

}  // namespace sluice::station
