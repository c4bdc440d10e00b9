// What can be asked of the stations, for every protocol: the routes translate to and from this.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "base/time.hpp"
#include "station/item.hpp"
#include "store/record_store.hpp"

namespace sluice::station {

struct TriggerRequest {
  std::string station;  ///< empty: the active one
  Trigger trigger;
  /// Image files by camera; empty: the cameras take them. The name "image" stands for the first
  /// camera.
  std::map<std::string, std::string> images;
};

/// A page of items, newest first.
struct Items {
  boost::json::array items;
  std::string next;      ///< `after` of the next page; empty: this is the last
  std::size_t away = 0;  ///< record stores that could not be asked: their items are missing
};

/// What is wrong with a station's text.
struct TextProblem {
  std::string path;  ///< "cameras[0].source.path"; empty: not known
  int line = 0;      ///< from 1; 0: not known
  std::string message;
};

/// THREADS: thread-safe. Functions read and write files and databases, and so may take a while: not
/// for I/O threads. Errors have the code not_found for an unknown station, camera or item, unless
/// they say otherwise.
class Service {
 public:
  virtual ~Service() = default;

  /// Accepts a trigger, which then survives a crash. Returns the item's id. Errors: not_found;
  /// invalid (an unknown camera, two images for one); unsupported (a stream station, one that is
  /// not active); unavailable (no station is at work, the queue or the disk is full); io.
  virtual base::Result<std::string> trigger(const TriggerRequest& request) = 0;
  /// Waits until the item has ended, at most `timeout`; the item as item() gives it.
  virtual base::Result<boost::json::object> wait(const std::string& id, base::Duration timeout) = 0;

  /// `after`: Items::next of the page before; empty: the first page. A page leaves out records that
  /// are damaged, which the log tells of, and so may have fewer items than the limit although there
  /// is a next one. Errors: invalid (`after`, the limit); as the stores, where none could be asked.
  [[nodiscard]] virtual base::Result<Items> items(const store::Filter& filter, std::size_t limit,
                                                  const std::string& after) const = 0;
  [[nodiscard]] virtual base::Result<boost::json::object> item(const std::string& id) const = 0;
  /// The cameras of which an image is kept.
  [[nodiscard]] virtual base::Result<std::vector<std::string>> binaries(
      const std::string& id) const = 0;
  /// An image file. `overlay`: what was found is drawn on it.
  [[nodiscard]] virtual base::Result<std::string> binary(const std::string& id,
                                                         const std::string& camera,
                                                         bool overlay) const = 0;

  /// Kinds of cameras and rules, and the models.
  [[nodiscard]] virtual boost::json::object inventory() const = 0;
  /// Every station's configuration by its name, without secrets.
  [[nodiscard]] virtual boost::json::object configurations() const = 0;
  /// The active station's name; empty: none is.
  [[nodiscard]] virtual std::string active() const = 0;
  /// Makes a station the active one; of the stations that run `when_active`, the others stop taking
  /// triggers and frames. Remembered over restarts. Items accepted before go on.
  virtual base::Status activate(const std::string& station) = 0;

  /// The state of every station.
  [[nodiscard]] virtual boost::json::array stations() const = 0;
  /// The last image of a camera as JPEG.
  [[nodiscard]] virtual base::Result<std::string> picture(const std::string& station,
                                                          const std::string& camera,
                                                          bool overlay) const = 0;
  /// Inference and decision on an image, nothing kept. `camera` empty: the first.
  virtual base::Result<boost::json::object> attempt(const std::string& station,
                                                    const std::string& camera,
                                                    std::string file) = 0;
  /// A sample for a camera whose source is `push`. Errors: not_found (no such camera), invalid (no
  /// such source, not an image), unavailable (its buffer is full).
  virtual base::Status push(const std::string& station, const std::string& camera,
                            std::string file) = 0;

  /// The text of a station's own file. Errors: not_found; unsupported (it is not in a file of its
  /// own).
  [[nodiscard]] virtual base::Result<std::string> text(const std::string& station) const = 0;
  /// What is wrong with a station of that name and text; empty: nothing.
  [[nodiscard]] virtual std::vector<TextProblem> check_text(const std::string& station,
                                                            const std::string& text) const = 0;
  /// Writes the station's file and puts it in force; problems: nothing was changed. Errors:
  /// unsupported (there is no folder for stations; the station is not in a file of its own), io.
  virtual base::Result<std::vector<TextProblem>> set_text(const std::string& station,
                                                          const std::string& text) = 0;
  virtual base::Status remove_text(const std::string& station) = 0;
};

}  // namespace sluice::station
