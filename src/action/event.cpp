#include "action/event.hpp"

#include <boost/json/parse.hpp>

namespace sluice::action {

boost::json::object to_json(const Event& event) {
  return {{"id", event.id},     {"station", event.station},
          {"kind", event.kind}, {"decision", event.decision},
          {"time", event.time}, {"details", event.details}};
}

base::Result<Event> event_from_json(std::string_view text) {
  boost::json::error_code error;
  const auto value = boost::json::parse(text, error);
  const auto* object = error ? nullptr : value.if_object();
  if (object == nullptr) return base::fail(base::ErrorCode::invalid, "not a JSON object");
  Event event;
  const std::pair<const char*, std::string*> fields[] = {{"id", &event.id},
                                                         {"station", &event.station},
                                                         {"kind", &event.kind},
                                                         {"decision", &event.decision},
                                                         {"time", &event.time}};
  for (const auto& [name, field] : fields) {
    const auto* part = object->if_contains(name);
    if (part == nullptr || !part->is_string()) {
      return base::fail(base::ErrorCode::invalid, "not an event: it has no text '{}'", name);
    }
    field->assign(part->get_string().begin(), part->get_string().end());
  }
  const auto* details = object->if_contains("details");
  if (details == nullptr || !details->is_object()) {
    return base::fail(base::ErrorCode::invalid, "not an event: it has no object 'details'");
  }
  event.details = details->get_object();
  return event;
}

std::string unique_id(const Event& event) {
  return event.kind == "item" ? event.id : event.id + "/" + event.kind;
}

}  // namespace sluice::action
