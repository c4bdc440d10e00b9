// Items out of their records. Internal to station/.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "station/service.hpp"
#include "station/station.hpp"
#include "store/record_store.hpp"
#include "vision/object.hpp"

namespace sluice::station {

using RecordStores = std::vector<std::shared_ptr<store::RecordStore>>;

/// The stations' record stores, each once.
RecordStores record_stores(const std::vector<std::unique_ptr<Station>>& stations);

/// A page over all stores, in the order of each. Damaged records are left out and given to
/// `damaged`; of stores that are away only the number is told.
/// Errors: invalid (`after`, the limit), as find() where no store could be asked.
base::Result<Items> merged_page(const RecordStores& stores, const store::Filter& filter,
                                std::size_t limit, const std::string& after,
                                const std::function<void(const store::Record&)>& damaged);

/// An item's record as it is read back. Error (internal): it is damaged.
base::Result<boost::json::object> body_of(const store::Record& record);

/// Of an item's document: its station, the names of its images by camera, a camera's objects.
std::string station_of(const boost::json::object& item);
std::map<std::string, std::string> images_of(const boost::json::object& item);
std::vector<vision::Object> objects_of(const boost::json::object& item, const std::string& camera);

/// The image file with the objects drawn on it, as JPEG. Errors: as Decoder.
base::Result<std::string> drawn(std::string file, const std::vector<vision::Object>& objects);

}  // namespace sluice::station
