#include "station/item_parts.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include "vision/decoder.hpp"

namespace sluice::station {
namespace {

/// The file to keep; empty: there are no pixels. Error: they cannot be encoded.
base::Result<std::string> file_of(const camera::Sample& sample, int quality) {
  if (sample.file != nullptr) return *sample.file;
  const auto* image = std::get_if<vision::Image>(&sample.data);
  if (image == nullptr) return std::string();
  const auto decoder = vision::decoder();
  if (!decoder) return tl::unexpected(decoder.error());
  return (*decoder)->encode_jpeg(*image, quality);
}

}  // namespace

std::string new_item_id() {
  return to_string(boost::uuids::random_generator()());
}

std::string image_name(const Item& item, const std::string& camera, const std::string& file) {
  const char* type = file.starts_with("\x89PNG") ? "png" : "jpg";
  return fmt::format("{}/{}/{}/{}.{}", item.station, to_string(item.received).substr(0, 10),
                     item.id, camera, type);
}

base::Result<std::string> keep_image(store::BlobStore& store, const Item& item,
                                     const std::string& camera, const camera::Sample& sample,
                                     int quality) {
  const auto file = file_of(sample, quality);
  if (!file || file->empty()) return file;
  auto name = image_name(item, camera, *file);
  if (auto kept = store.put(name, std::as_bytes(std::span(*file))); !kept) {
    return tl::unexpected(kept.error());
  }
  return name;
}

void fill_sample(CameraPart& part, const camera::Sample& sample) {
  // Clients need not know where this machine has its files.
  part.source = sample.name.substr(sample.name.rfind('/') + 1);
  if (const auto* image = std::get_if<vision::Image>(&sample.data)) {
    part.width = image->width();
    part.height = image->height();
  }
}

void fill_findings(Item& item, const std::string& camera, const InspectionPlan& plan,
                   Findings findings) {
  auto& part = item.cameras[camera];
  part.findings = std::move(findings);
  if (plan.graph == nullptr) return;
  for (const auto& step : plan.graph->steps()) part.step_names.push_back(step.options.name);
  for (std::size_t i = 0; i < part.findings.steps.size(); ++i) {
    const auto& step = part.findings.steps[i];
    if (step.state != graph::StepState::failed) continue;
    note(item, Stage::inference, camera,
         fmt::format("step {}: {}", part.step_names[i], step.reason));
  }
}

void note(Item& item, Stage stage, std::string camera, std::string message) {
  item.errors.push_back({stage, std::move(camera), std::move(message)});
}

store::WallTime calendar_time(store::WallTime wall_now, base::Time now, base::Time then) {
  return wall_now - std::chrono::duration_cast<std::chrono::milliseconds>(
                        std::max(now - then, base::Duration{0}));
}

}  // namespace sluice::station
