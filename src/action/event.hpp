// Events as they are kept and sent.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "action/action.hpp"
#include "base/result.hpp"

namespace sluice::action {

/// The fields of the event, in their order.
[[nodiscard]] boost::json::object to_json(const Event& event);
/// What to_json() wrote. Errors (invalid): no JSON, or not of an event.
base::Result<Event> event_from_json(std::string_view text);

/// Unique for what happened, where an item or a stream's event has one id for several things.
[[nodiscard]] std::string unique_id(const Event& event);

}  // namespace sluice::action
