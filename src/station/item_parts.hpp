// Pieces of an item that items and streams fill in alike. Internal to station/.
#pragma once

#include <string>

#include "base/result.hpp"
#include "camera/sample.hpp"
#include "station/inspector.hpp"
#include "station/item.hpp"
#include "store/blob_store.hpp"

namespace sluice::station {

/// A UUID.
std::string new_item_id();

/// "label-line/2026-11-22/ID/front.jpg": by day, so that no folder grows without end.
std::string image_name(const Item& item, const std::string& camera, const std::string& file);

/// Keeps the sample's image, as it came or as JPEG; returns its name in the store, empty for a
/// sample without pixels. Errors: it cannot be encoded; as BlobStore::put().
base::Result<std::string> keep_image(store::BlobStore& store, const Item& item,
                                     const std::string& camera, const camera::Sample& sample,
                                     int quality);

/// What the sample says of itself.
void fill_sample(CameraPart& part, const camera::Sample& sample);

/// The steps' results and their failures.
void fill_findings(Item& item, const std::string& camera, const InspectionPlan& plan,
                   Findings findings);

/// Notes an error; the item goes on.
void note(Item& item, Stage stage, std::string camera, std::string message);

/// The calendar's time of something that happened at `then`.
store::WallTime calendar_time(store::WallTime wall_now, base::Time now, base::Time then);

}  // namespace sluice::station
